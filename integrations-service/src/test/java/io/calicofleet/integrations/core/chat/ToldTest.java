package io.calicofleet.integrations.core.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.Procedure;
import io.calicofleet.integrations.core.chat.Told.Next;
import io.calicofleet.kafka.EventJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What is said next. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ToldTest {

    private static final Instant NOW = Campaigns.TIME;
    private static final String DIGEST = "a".repeat(64);

    @Test
    void a_thread_begins_with_the_campaign_and_what_waits_comes_into_it() {
        Note progress = Notes.progress(Campaigns.status("web", "awaiting-approval", "It waits."));
        Map<String, Note> beside = beside("awaiting-approval");

        Told begun = said(Told.NOTHING, progress, beside, "1");
        assertThat(begun.thread()).isEqualTo("1");
        Told waits = said(begun, progress, beside, "2");

        assertThat(waits.said().values()).extracting(Told.Said::message).containsExactlyInAnyOrder("1", "2");
        assertThat(waits.next(progress, beside, true)).isEqualTo(new Next.Nothing());
    }

    @Test
    void what_waits_for_an_approval_is_told_with_reason_digest_and_buttons_but_not_where_a_passkey_signs_it() {
        Note note = beside("awaiting-approval").values().iterator().next();

        assertThat(note.headline()).isEqualTo("web waits: wave approval");
        assertThat(note.lines()).startsWith("Wave all waits for 2 approvals.", "Somebody does something.");
        assertThat(note.remarks()).anyMatch(remark -> remark.contains(DIGEST));
        assertThat(note.asks()).isEqualTo(new About("web", DIGEST));
        Note signed = Notes.beside(
                        Campaigns.status("web", "awaiting-approval", ""),
                        Campaigns.explanation("web", waits()),
                        List.of(Campaigns.waiting("web", DIGEST, true)),
                        false)
                .values()
                .iterator()
                .next();
        assertThat(signed.asks()).isNull();
        assertThat(signed.remarks()).anyMatch(remark -> remark.contains("on the page"));
    }

    @Test
    void what_a_campaign_changes_stands_where_the_release_does_and_in_what_is_approved() {
        CampaignStatus status = Campaigns.status("web", "running", "It runs.", json -> {
            ObjectNode spec = (ObjectNode) json.path("spec");
            spec.put("procedure", "upgrade");
            spec.set("upgrade", EventJson.mapper().valueToTree(Campaigns.changing()));
        });
        assertThat(Notes.progress(status).remarks())
                .singleElement()
                .asString()
                .startsWith("change felixConfiguration: logSeverityScreen=Warning");
        assertThat(Notes.summary(new Waiting(
                        new ApprovalSubject(
                                "before all",
                                CampaignName.of("web"),
                                NOW,
                                Procedure.UPGRADE,
                                null,
                                "d",
                                "c",
                                "felixConfiguration: logSeverityScreen=Warning"),
                        DIGEST,
                        false,
                        null)))
                .endsWith(": change felixConfiguration: logSeverityScreen=Warning.");
    }

    @Test
    void what_goes_on_by_itself_is_told_only_where_all_is_wanted() {
        var status = Campaigns.status("web", "soaking", "It soaks.");
        var why = Campaigns.explanation("web", Campaigns.reason("soak", "It soaks.", EndedBy.ITSELF));

        assertThat(Notes.beside(status, why, List.of(), false)).isEmpty();
        assertThat(Notes.beside(status, why, List.of(), true).values())
                .extracting(Note::headline)
                .containsExactly("web is soaking");
    }

    @Test
    void what_has_passed_is_marked_as_done_and_the_end_stays() {
        Note progress = Notes.progress(Campaigns.status("web", "awaiting-approval", "It waits."));
        Told told = said(said(Told.NOTHING, progress, Map.of(), "1"), progress, beside("awaiting-approval"), "2");
        Note ended = Notes.progress(Campaigns.status("web", "succeeded", "All done."));
        Map<String, Note> end = beside("succeeded");

        Told withEnd = said(told, ended, end, "3");
        assertThat(withEnd.next(ended, end, false))
                .isInstanceOfSatisfying(
                        Next.Edit.class,
                        edit -> assertThat(edit.note().headline()).isEqualTo("Done: web waits: wave approval"));
        assertThat(end.values()).extracting(Note::headline).containsExactly("web has succeeded");
    }

    @Test
    void whether_something_was_posted_is_found_out_before_anything_else_is_said() {
        Note progress = Notes.progress(Campaigns.status("web", "running", "It runs."));
        Told posting = Told.NOTHING.posting(progress, "mark", NOW);

        assertThat(posting.next(progress, beside("awaiting-approval"), true))
                .isEqualTo(new Next.Find(new Told.Saying(Note.PROGRESS, "mark", NOW)));
        assertThat(posting.notPosted()).isEqualTo(Told.NOTHING);
        Told found = posting.found(new Told.Saying(Note.PROGRESS, "mark", NOW), "7");
        assertThat(found.thread()).isEqualTo("7");
        assertThat(found.next(progress, Map.of(), true)).isInstanceOf(Next.Edit.class);
        assertThat(found.next(progress, Map.of(), false)).isEqualTo(new Next.Nothing());
    }

    @Test
    void where_nothing_can_be_changed_what_is_new_is_said_and_how_it_goes_now_and_then() {
        Note progress = Notes.progress(Campaigns.status("web", "awaiting-approval", "It waits."));
        Map<String, Note> waits = beside("awaiting-approval");
        Told posting = Told.NOTHING.posting(progress, "mark", NOW);
        assertThat(Told.NOTHING.nextAnew(progress, waits, true)).isEqualTo(new Next.Post(progress));
        assertThat(posting.nextAnew(progress, waits, true)).isInstanceOf(Next.Find.class);

        Told begun = posting.with(progress, "1", false);
        Note asks = waits.values().iterator().next();
        assertThat(begun.nextAnew(progress, waits, true)).isEqualTo(new Next.Post(asks));
        Told told = begun.with(asks, "2", false);
        assertThat(told.nextAnew(progress, waits, true)).isEqualTo(new Next.Nothing());
        Note changed = new Note(asks.key(), asks.headline(), List.of("One is given."), List.of(), asks.asks());
        assertThat(told.nextAnew(progress, Map.of(asks.key(), changed), true)).isEqualTo(new Next.Nothing());
        assertThat(told.nextAnew(progress, Map.of(), true)).isEqualTo(new Next.Forget(asks.key()));

        Note later = progress(2);
        assertThat(told.nextAnew(later, waits, false)).isEqualTo(new Next.Nothing());
        assertThat(told.nextAnew(later, waits, true)).isEqualTo(new Next.Post(later));
        assertThat(told.with(later, "3", false).nextAnew(later, waits, true)).isEqualTo(new Next.Nothing());
    }

    /** Whatever comes, all that is wanted stands there in the end, once, and what has passed is over. */
    @Test
    void whatever_changes_and_whenever_it_is_killed_everything_is_said_once() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Map<String, String> posted = new HashMap<>();
            List<String> twice = new ArrayList<>();
            Told told = Told.NOTHING;
            Note progress = progress(0);
            Map<String, Note> beside = Map.of();
            int messages = 0;
            for (int step = 0; step < 120; step++) {
                if (step < 60 && random.nextInt(3) == 0) {
                    progress = progress(random.nextInt(5));
                    beside = some(random);
                }
                switch (told.next(progress, beside, true)) {
                    case Next.Nothing nothing -> {}
                    case Next.Forget forget -> told = told.without(forget.key());
                    case Next.Edit edit -> {
                        boolean wanted = edit.note().key().equals(Note.PROGRESS)
                                || beside.containsKey(edit.note().key());
                        told = told.with(edit.note(), edit.said().message(), !wanted);
                    }
                    case Next.Find find -> {
                        String message = posted.get(find.saying().mark());
                        told = message == null ? told.notPosted() : told.found(find.saying(), message);
                    }
                    case Next.Post post -> {
                        if (told.said().containsKey(post.note().key())) {
                            twice.add(post.note().key());
                        }
                        String mark = "m" + step;
                        Told posting = told.posting(post.note(), mark, NOW);
                        // Killed before, after, or not at all.
                        int fate = random.nextInt(3);
                        if (fate > 0) {
                            posted.put(mark, "" + ++messages);
                        }
                        told = fate == 2 ? posting.with(post.note(), "" + messages, false) : posting;
                    }
                }
            }
            assertThat(twice).as("seed %d", seed).isEmpty();
            assertThat(told.next(progress, beside, true)).as("seed %d", seed).isEqualTo(new Next.Nothing());
            assertThat(told.said().keySet())
                    .as("seed %d", seed)
                    .containsAll(beside.keySet())
                    .contains(Note.PROGRESS);
            assertThat(told.said().size()).as("seed %d", seed).isEqualTo(beside.size() + 1);
        }
    }

    private static Note progress(int number) {
        return Notes.progress(Campaigns.status("web", "running", "Number " + number));
    }

    private static Map<String, Note> some(Random random) {
        Map<String, Note> some = new HashMap<>();
        for (int number = 0; number < 4; number++) {
            if (random.nextBoolean()) {
                String key = "rule-" + number + "/x";
                some.put(key, new Note(key, "h" + number, List.of("line " + random.nextInt(3)), List.of(), null));
            }
        }
        return some;
    }

    private static Reason waits() {
        return Campaigns.reason("wave-approval", "Wave all waits for 2 approvals.", EndedBy.PEOPLE);
    }

    private static Map<String, Note> beside(String phase) {
        return Notes.beside(
                Campaigns.status("web", phase, "Summary."),
                Campaigns.explanation("web", waits()),
                List.of(Campaigns.waiting("web", DIGEST, false)),
                false);
    }

    private static Told said(Told told, Note progress, Map<String, Note> beside, String message) {
        Next.Post post = (Next.Post) told.next(progress, beside, false);
        return told.posting(post.note(), "mark", NOW).with(post.note(), message, false);
    }
}
