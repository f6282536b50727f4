#include "tests/conformance/net/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace dp::net::testing {
namespace {

constexpr long kSecondsValid = 3600;

void must(bool ok) {
  if (!ok) std::abort();
}

std::string temporary_file() {
  std::string name = (std::filesystem::temp_directory_path() / "draftproof-pem-XXXXXX").string();
  const int descriptor = ::mkstemp(name.data());
  must(descriptor >= 0);
  ::close(descriptor);
  return name;
}

}  // namespace

Certificate::Certificate(const std::string& name)
    : file_(temporary_file()), key_file_(temporary_file()) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  must(key != nullptr && certificate != nullptr);
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -kSecondsValid);
  X509_gmtime_adj(X509_getm_notAfter(certificate), kSecondsValid);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("draftproof test"), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  const bool is_address = std::isdigit(static_cast<unsigned char>(name.front())) != 0;
  const std::string names = (is_address ? "IP:" : "DNS:") + name;
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
  must(X509_sign(certificate, key, EVP_sha256()) > 0);

  std::FILE* out = std::fopen(file_.c_str(), "w");
  must(out != nullptr && PEM_write_X509(out, certificate) == 1);
  std::fclose(out);
  out = std::fopen(key_file_.c_str(), "w");
  must(out != nullptr &&
       PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  std::fclose(out);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

Certificate::~Certificate() {
  std::filesystem::remove(file_);
  std::filesystem::remove(key_file_);
}

}  // namespace dp::net::testing
