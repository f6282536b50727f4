// The races found on a one-slot model of the protocol (R70 to R78), as far as drafts alone decide
// them: who merges with what, on which base, and what may come back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/draft/merge.h"
#include "tests/core/draft/drafts.h"

namespace dp::draft::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Races : public testing::Test {
 protected:
  Author ann{.writer = 1};
  Author ben{.writer = 2};
  Author cid{.writer = 3};
};

TEST_F(Races, r63_a_device_from_before_the_tombstone_brings_only_its_own_edit) {
  const Draft agreed = ann.saves(nullptr, "old 1\nold 2\nold 3");
  const Draft sent = ann.sends(agreed);
  const Draft months_later = ben.saves(agreed, "old 1\nold 2\nold 3\nunsynced");
  const Reconciled result = reconcile(&months_later, sent, std::vector{agreed});
  EXPECT_EQ(result.verdict, Verdict::merge);
  EXPECT_EQ(text_of(result.draft), "unsynced");
}

TEST_F(Races, r65_an_older_shorter_text_never_replaces_a_longer_one_silently) {
  const Draft shared = ann.saves(nullptr, "short");
  const Draft longer = ann.saves(shared, "short\nand much longer");
  const Draft later = ann.saves(longer, "short\nand much longer since");
  EXPECT_EQ(reconcile(&later, shared, {}).verdict, Verdict::keep);
  const Draft stale = ben.saves(shared, "sh");
  const Reconciled result = reconcile(&later, stale, std::vector{shared});
  EXPECT_EQ(text_of(result.draft), "short\nand much longer since");
  ASSERT_THAT(result.draft.copies, SizeIs(1));
  EXPECT_EQ(join_lines(result.draft.copies[0].lines), "sh");
}

TEST_F(Races, r70_a_clear_on_a_restored_server_does_not_take_what_it_never_saw) {
  const Draft v1 = ann.saves(nullptr, "start");
  const Draft a1 = ann.saves(v1, "start\na1");  // acknowledged as v2, then lost by the server
  const Draft b_clear = ben.clears(v1);         // v2 again
  const Reconciled result = reconcile(&a1, b_clear, std::vector{a1, v1});
  EXPECT_EQ(result.verdict, Verdict::merge);
  EXPECT_EQ(text_of(result.draft), "a1");
  EXPECT_FALSE(result.conflict);
}

TEST_F(Races, r71_the_base_is_a_common_ancestor_not_the_last_agreed_number) {
  const Draft v1 = ann.saves(nullptr, "1\n2\n3");
  const Draft a1 = ann.saves(v1, "1 by a\n2\n3");  // v2, lost by the server
  const Draft b1 = ben.saves(v1, "1\n2\n3 by b");  // v2 again
  // With its own v2 as the base, b1 would look like the only change and a1 would be undone.
  const Reconciled result = reconcile(&a1, b1, std::vector{a1, v1});
  EXPECT_EQ(text_of(result.draft), "1 by a\n2\n3 by b");
  EXPECT_THAT(result.draft.copies, IsEmpty());
}

TEST_F(Races, r71_without_a_common_ancestor_nothing_is_taken_for_unchanged) {
  const Draft v1 = ann.saves(nullptr, "1\n2\n3");
  const Draft a1 = ann.saves(v1, "1 by a\n2\n3");
  const Draft b1 = ben.saves(v1, "1\n2\n3 by b");
  const Reconciled result = reconcile(&a1, b1, std::vector{a1});
  EXPECT_TRUE(result.conflict);
  EXPECT_EQ(text_of(result.draft), "1\n2\n3 by b");
  EXPECT_EQ(join_lines(result.draft.copies.at(0).lines), "1 by a\n2\n3");
}

TEST_F(Races, r72_a_sent_line_does_not_come_back_and_the_others_line_stays) {
  const Draft a1 = ann.saves(nullptr, "a1");  // accepted, receipt lost
  const Draft b1 = ben.saves(a1, "a1\nb1");   // v3
  const Draft sent = ann.sends(a1);
  const Reconciled result = reconcile(&sent, b1, std::vector{a1});
  EXPECT_EQ(text_of(result.draft), "b1");
  EXPECT_THAT(result.draft.copies, IsEmpty());
  EXPECT_FALSE(result.conflict);
}

TEST_F(Races, r73_cleared_lines_do_not_return_inside_the_other_sides_copy) {
  const Draft agreed = ann.saves(nullptr, "x\ny\nz");
  const Draft gone = ann.clears(agreed);
  const Draft anew = ann.saves(gone, "new");
  const Draft edited = ben.saves(agreed, "x\ny by b\nz");
  const Reconciled result = reconcile(&anew, edited, std::vector{agreed});
  EXPECT_EQ(text_of(result.draft), "new");
  ASSERT_THAT(result.draft.copies, SizeIs(1));
  EXPECT_EQ(join_lines(result.draft.copies[0].lines), "y by b");
}

TEST_F(Races, r73_typing_the_cleared_words_again_keeps_them) {
  const Draft agreed = ann.saves(nullptr, "same words");
  const Draft gone = ann.clears(agreed);
  const Draft again = ann.saves(gone, "same words");
  const Draft other_clear = ben.clears(agreed);
  EXPECT_EQ(text_of(reconcile(&again, other_clear, std::vector{agreed}).draft), "same words");
}

TEST_F(Races, r74_two_contents_under_one_number_converge) {
  const Draft v1 = ann.saves(nullptr, "1");
  const Draft a2 = ann.saves(v1, "1\na");
  const Draft b2 = ben.saves(v1, "1\nb");
  const Reconciled at_ann = reconcile(&a2, b2, std::vector{v1});
  const Reconciled at_ben = reconcile(&b2, a2, std::vector{v1});
  EXPECT_EQ(at_ann, at_ben);
  const Reconciled ben_sees_ann = reconcile(&at_ben.draft, at_ann.draft, {});
  EXPECT_EQ(ben_sees_ann.verdict, Verdict::adopt);
  EXPECT_EQ(ben_sees_ann.draft, at_ann.draft);
}

TEST_F(Races, r74_equal_vectors_with_different_content_take_the_servers) {
  const Draft v1 = ann.saves(nullptr, "1\n2\n3");
  const Draft a = ann.saves(v1, "1a\n2\n3");
  const Draft b = ben.saves(v1, "1\n2\n3b");
  const Draft with_base = merge(&v1, a, b).draft;
  const Draft without = merge(nullptr, a, b).draft;
  ASSERT_EQ(with_base.vv, without.vv);
  ASSERT_FALSE(with_base == without);
  const Reconciled result = reconcile(&without, with_base, std::vector{v1});
  EXPECT_EQ(result.verdict, Verdict::adopt);
  EXPECT_EQ(result.draft, with_base);
  EXPECT_EQ(result.displaced, without.copies);  // more than needed: its lines were merged
  const Reconciled reverse = reconcile(&with_base, without, std::vector{v1});
  EXPECT_EQ(reverse.draft, without);
}

TEST_F(Races, r75_a_device_ahead_of_a_restored_server_keeps_its_text) {
  const Draft v1 = ann.saves(nullptr, "1");
  const Draft v2 = ann.saves(v1, "1\n2");
  const Draft v3 = ann.saves(v2, "1\n2\n3");
  const Reconciled result = reconcile(&v3, v1, std::vector{v3, v2, v1});
  EXPECT_EQ(result.verdict, Verdict::keep);
  EXPECT_EQ(result.draft, v3);
}

TEST_F(Races, r76_a_send_on_an_outdated_base_leaves_the_unseen_edit) {
  const Draft agreed = ann.saves(nullptr, "line");
  const Draft unseen = ben.saves(agreed, "line\nunseen");
  const Draft sent = ann.sends(agreed);
  EXPECT_EQ(text_of(reconcile(&sent, unseen, std::vector{agreed}).draft), "unseen");
  EXPECT_EQ(text_of(reconcile(&unseen, sent, std::vector{agreed}).draft), "unseen");
}

TEST_F(Races, r77_clones_with_writer_ids_of_their_own_lose_nothing) {
  const Draft cloned = ann.saves(nullptr, "1\n2\n3");
  Author original{.writer = 51};  // both stores drew a new id when they were opened
  Author copy{.writer = 52};
  const Draft here = original.saves(cloned, "1\n2\n3\nhere");
  const Draft there = copy.saves(cloned, "there\n1\n2\n3");
  const Reconciled result = reconcile(&here, there, std::vector{cloned});
  EXPECT_EQ(text_of(result.draft), "there\n1\n2\n3\nhere");
  EXPECT_THAT(result.draft.vv.entries(), ElementsAre(dot(1, 1), dot(51, 1), dot(52, 1)));
}

TEST_F(Races, r78_the_second_resolver_of_a_conflict_finds_its_dots_covered) {
  const Draft v1 = ann.saves(nullptr, "1");
  const Draft a = ann.saves(v1, "a");
  const Draft b = ben.saves(v1, "b");
  const Draft resolved_by_a = reconcile(&a, b, std::vector{v1}).draft;
  const Draft resolved_by_b = reconcile(&b, a, std::vector{v1}).draft;
  // Ann's write wins; ben is told the conflict and has nothing left to say.
  const Reconciled at_ben = reconcile(&resolved_by_b, resolved_by_a, std::vector{a, b, v1});
  EXPECT_EQ(at_ben.verdict, Verdict::adopt);
  EXPECT_FALSE(at_ben.conflict);
  EXPECT_THAT(at_ben.displaced, IsEmpty());
}

TEST_F(Races, r78_a_third_device_meets_the_resolution_without_new_copies) {
  const Draft v1 = ann.saves(nullptr, "1");
  const Draft a = ann.saves(v1, "a");
  const Draft b = ben.saves(v1, "b");
  const Draft c = cid.saves(v1, "c");
  const Draft ab = reconcile(&a, b, std::vector{v1}).draft;
  const Draft abc = reconcile(&c, ab, std::vector{v1}).draft;
  EXPECT_THAT(abc.copies, SizeIs(2));
  for (const Draft* late : {&a, &b, &c, &ab}) {
    EXPECT_EQ(reconcile(late, abc, std::vector{v1}).draft, abc);
    EXPECT_EQ(reconcile(&abc, *late, std::vector{v1}).verdict, Verdict::keep);
  }
}

TEST_F(Races, own_change_that_reached_the_server_unheard_is_a_base) {
  // Ann's v2 was accepted but she was not told; ben built v3 on it; she typed on.
  const Draft v1 = ann.saves(nullptr, "1\n2\n3");
  const Draft v2 = ann.saves(v1, "1\n2\n3\na");
  const Draft v3 = ben.saves(v2, "b\n1\n2\n3\na");
  const Draft more = ann.saves(v2, "1\n2\n3\na\nmore");
  const Reconciled with = reconcile(&more, v3, std::vector{v2, v1});
  EXPECT_EQ(text_of(with.draft), "b\n1\n2\n3\na\nmore");
  EXPECT_FALSE(with.conflict);
}

TEST_F(Races, of_several_ancestors_the_newest_that_both_sides_know_is_the_base) {
  const Draft v1 = ann.saves(nullptr, "1\n2\n3");
  const Draft v2 = ann.saves(v1, "1 changed\n2\n3");
  const Draft mine = ann.saves(v2, "1 changed\n2\n3\nmine");
  const Draft theirs = ben.saves(v2, "1\n2\n3");  // put back by someone who knew the change
  const Reconciled result = reconcile(&mine, theirs, std::vector{mine, v2, v1});
  EXPECT_EQ(text_of(result.draft), "1\n2\n3\nmine");
}

TEST_F(Races, adopting_a_clear_displaces_the_copies_this_device_knew) {
  const Draft v1 = ann.saves(nullptr, "1");
  const Draft a = ann.saves(v1, "a");
  const Draft b = ben.saves(v1, "b");
  const Draft both = reconcile(&a, b, std::vector{v1}).draft;
  ASSERT_THAT(both.copies, SizeIs(1));
  const Draft gone = ben.clears(both);
  const Reconciled result = reconcile(&both, gone, std::vector{v1});
  EXPECT_EQ(result.verdict, Verdict::adopt);
  EXPECT_EQ(result.displaced, both.copies);
}

TEST_F(Races, an_empty_device_adopts_whatever_is_there) {
  const Draft v1 = ann.saves(nullptr, "1");
  EXPECT_EQ(reconcile(nullptr, v1, {}).draft, v1);
  EXPECT_EQ(reconcile(nullptr, v1, {}).verdict, Verdict::adopt);
}

}  // namespace
}  // namespace dp::draft::test
