"""What people hand to the server suite by mistake, and servers that behave badly: each ends soon,
with a verdict or with the cause."""
import datetime
import ipaddress
import json
import shlex
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from living import PROGRAM, SERVERS

ACCOUNTS = [{"name": "one", "dialect": "sealed", "tokens": ["token-1"]},
            {"name": "two", "dialect": "sealed", "tokens": ["token-2"]},
            {"name": "three", "dialect": "field", "tokens": ["token-3"]}]
BUSY = "import socket; host, port = '127.0.0.1', {port}; socket.create_server((host, port))"
LAST_WORDS = "import sys; sys.stderr.write('x' * 5_000_000 + 'no more ink'); sys.exit(7)"
# The Python server, which dies as soon as anybody stores something.
MORTAL = "import os, sys; sys.path.insert(0, {kit!r}); import drafts; " \
    "drafts.Drafts.update_draft = lambda *_: os._exit(9); import server; sys.exit(server.main())"


class BadInput(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def serve(self, profile, *options):
        """The address of a server of ours that knows the profile."""
        server = subprocess.Popen(
            [PROGRAM, "serve", "--quiet", "--data", str(self.folder / "data"), "--listen",
             "127.0.0.1:0", "--profile", profile, *options], stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.communicate)
        self.addCleanup(server.kill)
        return json.loads(server.stdout.readline())["url"]

    def judge(self, *arguments):
        """Exit status, the cases of the report by verdict, and what was said."""
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        done = subprocess.run(
            [PROGRAM, "conform", "server", *arguments, "--smoke", "--json", str(report)],
            capture_output=True, text=True, timeout=60)
        cases = json.loads(report.read_text())["cases"] if report.exists() else []
        by_verdict = {}
        for case in cases:
            by_verdict.setdefault(case["verdict"], []).append(case)
        return done.returncode, by_verdict, done.stdout + done.stderr

    def profile(self, accounts, name="profile.json"):
        place = self.folder / name
        place.write_text(json.dumps({"accounts": accounts}))
        return str(place)

    def refused(self, cause, *arguments):
        """One result that is nobody's failure, with the cause."""
        status, cases, said = self.judge(*arguments)
        self.assertEqual((status, list(cases)), (3, ["harness-error"]), said)
        self.assertIn(cause, cases["harness-error"][0]["actual"])

    def certificate(self):
        """Its own authority, for 127.0.0.1, as two files."""
        secret = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "drafts")])
        now = datetime.datetime.now(datetime.timezone.utc)
        here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        signed = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(
            secret.public_key()).serial_number(x509.random_serial_number()).not_valid_before(
            now - datetime.timedelta(hours=1)).not_valid_after(
            now + datetime.timedelta(days=1)).add_extension(here, False).sign(
            secret, hashes.SHA256())
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        key.write_bytes(secret.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()))
        return certificate, key

    def command(self, script):
        return f"{shlex.quote(sys.executable)} -c {shlex.quote(script)}"

    def test_a_server_by_its_address_with_tls_is_judged_again_and_again(self):
        certificate, key = self.certificate()
        profile = self.profile(ACCOUNTS)
        url = self.serve(profile, "--certificate", str(certificate), "--key", str(key))
        self.assertTrue(url.startswith("wss://"))
        for _ in range(2):  # what the first run left there disturbs nothing
            status, cases, said = self.judge("--url", url, "--profile", profile, "--ca",
                                             str(certificate))
            self.assertEqual((status, set(cases)), (0, {"pass", "not-applicable"}), said)
        self.refused("certificate", "--url", url, "--profile", profile)
        self.refused("certificate", "--url", url, "--profile", profile, "--ca", str(key))
        stranger = {"name": "nobody", "dialect": "field", "tokens": ["token-4"]}
        self.refused("the token of nobody", "--url", url, "--ca", str(certificate), "--profile",
                     self.profile([*ACCOUNTS, stranger], "another.json"))

    def test_a_profile_with_too_few_accounts_leaves_the_verdict_open(self):
        url = self.serve(self.profile(ACCOUNTS))
        one_of_each = self.profile([ACCOUNTS[0], ACCOUNTS[2]], "few.json")
        status, cases, said = self.judge("--url", url, "--profile", one_of_each)
        self.assertEqual((status, set(cases)), (4, {"pass", "not-applicable", "untestable"}), said)
        self.assertEqual({(case["expected"], case["actual"]) for case in cases["untestable"]},
                         {("another account of the sealed dialect", "the profile has 1")})
        self.assertRegex(said, r": incomplete in .* of \d+ requirements were not judged\n")
        self.assertRegex(said, r"  \d+: needs another account of the sealed dialect\n")
        self.assertRegex(said, r"  \d+: needs a program that the suite starts \(--cmd\)\n")
        report = json.loads((self.folder / "report.json").read_text())
        takes = [one["not_judged"] for one in report["requirements"] if one["not_judged"]]
        self.assertIn(f"; {len(takes)} of ", said)
        self.assertIn("needs another account of the sealed dialect", takes)
        self.assertEqual(report["overall"], "incomplete")

    def test_a_server_of_one_dialect_has_the_other_one_unsupported(self):
        url = self.serve(self.profile(ACCOUNTS))
        sealed = self.profile(ACCOUNTS[:2], "sealed.json")
        status, cases, said = self.judge("--url", url, "--profile", sealed)
        self.assertNotIn("untestable", cases, said)
        self.assertEqual(status, 0, said)
        self.assertIn("requirements were not judged", said)

    def test_a_profile_that_is_none_is_refused_with_its_place(self):
        for text, said_of_it in (("{", "1:2"), ('{"accounts":[]}', "no account has a token"),
                                 ('{"accounts":[{"name":"a","tokens":["t"],"dialect":"x"}]}', "1:"),
                                 ("\0" * 100_000, "1:1")):
            place = self.folder / "bad.json"
            place.write_text(text)
            status, _, said = self.judge("--url", "ws://127.0.0.1:1", "--profile", str(place))
            self.assertEqual(status, 2, said)
            self.assertIn("bad.json", said)
            self.assertIn(said_of_it, said)
            self.assertLess(len(said), 1000)

    def test_folders_and_missing_files_are_said_so(self):
        for place, why in ((self.folder, "folder"), (self.folder / "missing", "No such file")):
            for words in (["server", "--url", "ws://127.0.0.1:1", "--profile", place],
                          ["server", "--cmd", "true", "--known", place], ["report", place]):
                done = subprocess.run([PROGRAM, "conform", *map(str, words)], capture_output=True,
                                      text=True, timeout=20)
                self.assertEqual((done.returncode, why in done.stderr), (2, True), done.stderr)

    def test_an_address_where_nobody_is(self):
        profile = self.profile(ACCOUNTS)
        self.refused("refused", "--url", "ws://127.0.0.1:1", "--profile", profile)
        self.refused("banana", "--url", "banana", "--profile", profile)

    def test_programs_that_do_not_start_are_quoted(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.refused("in use", "--cmd", self.command(BUSY.format(port=port)))
            ours = " ".join(map(shlex.quote, [PROGRAM, "serve", "--quiet", "--listen",
                                              f"127.0.0.1:{port}"]))
            self.refused("127.0.0.1", "--cmd", ours)
        self.refused("no more ink", "--cmd", self.command(LAST_WORDS))
        plain = self.folder / "plain.txt"
        plain.write_text("not a program")
        self.refused("ermission denied", "--cmd", str(plain))

    def test_a_server_that_dies_of_every_draft_fails_and_says_so(self):
        kit = str(Path(SERVERS["the Python server"][1]).parent)
        status, cases, said = self.judge("--cmd", self.command(MORTAL.format(kit=kit)))
        self.assertEqual((status, "fail" in cases), (1, True), said)
        self.assertEqual({case["id"] for case in cases.get("pass", [])}, set(), said)
        self.assertIn("died", cases["fail"][0]["actual"])


if __name__ == "__main__":
    unittest.main()
