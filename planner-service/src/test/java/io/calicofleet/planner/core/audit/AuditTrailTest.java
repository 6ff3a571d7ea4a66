package io.calicofleet.planner.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.AuditHead;
import io.calicofleet.event.AuditRecorded;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.Digests;
import io.calicofleet.planner.core.audit.AuditTrail.Kept;
import io.calicofleet.planner.core.audit.AuditTrail.Wrong;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AuditTrailTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-29T00:00:00Z");

    @Test
    void what_is_as_it_was_written_is_right() {
        List<Kept> first = chain("w1", 5, List.of());
        List<Kept> kept = new ArrayList<>(first);
        kept.addAll(chain("w2", 3, List.of(head(first.get(2)))));
        assertThat(check(kept)).isEmpty();
        assertThat(check(List.of())).isEmpty();
    }

    @Test
    void one_that_was_removed_is_named() {
        List<Kept> kept = new ArrayList<>(chain("w1", 5, List.of()));
        kept.remove(2);
        assertThat(check(kept)).containsExactly(new Wrong("w1", 2, "is missing"));
    }

    @Test
    void the_first_that_was_removed_is_named_unless_it_is_so_old_that_it_is_gone() {
        List<Kept> kept = new ArrayList<>(chain("w1", 5, List.of()));
        kept.removeFirst();
        assertThat(check(kept)).containsExactly(new Wrong("w1", 0, "is missing: the first that is kept is 1"));
        assertThat(AuditTrail.check(kept, true, NOW.plus(Topic.LONG_RETENTION), Topic.LONG_RETENTION))
                .isEmpty();
        assertThat(AuditTrail.check(kept, false, NOW, Topic.LONG_RETENTION)).isEmpty();
    }

    @Test
    void one_that_was_changed_is_found() {
        List<Kept> kept = new ArrayList<>(chain("w1", 5, List.of()));
        kept.set(2, kept(with(kept.get(2).record(), "eve did nothing")));
        assertThat(check(kept)).hasSize(1).first().asString().startsWith("record 3 of w1 does not follow");
    }

    @Test
    void a_chain_that_was_removed_or_cut_is_found_by_one_that_began_later() {
        List<Kept> first = chain("w1", 5, List.of());
        List<Kept> later = chain("w2", 1, List.of(head(first.getLast())));
        assertThat(check(later)).containsExactly(new Wrong("w1", 4, "is missing: w2 had seen it when it began"));
        List<Kept> cut = new ArrayList<>(first.subList(0, 4));
        cut.addAll(later);
        assertThat(check(cut)).containsExactly(new Wrong("w1", 4, "is missing: w2 had seen it when it began"));
    }

    @Test
    void whatever_is_done_to_a_chain_but_at_its_end_is_found() {
        for (long seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            int length = 3 + random.nextInt(20);
            List<Kept> kept = new ArrayList<>(chain("w1", length, List.of()));
            int at = random.nextInt(length - 1);
            switch (random.nextInt(4)) {
                case 0 -> kept.remove(at);
                case 1 -> kept.set(at, kept(with(kept.get(at).record(), "changed")));
                case 2 -> kept.add(random.nextInt(length), kept.get(at));
                default -> kept.add(kept.remove(at));
            }
            assertThat(check(kept)).as("seed %d", seed).isNotEmpty();
        }
    }

    private static List<Wrong> check(List<Kept> kept) {
        return AuditTrail.check(kept, true, NOW, Topic.LONG_RETENTION);
    }

    private static List<Kept> chain(String writer, int length, List<AuditHead> heads) {
        List<Kept> kept = new ArrayList<>();
        AuditChain chain = AuditChain.begin(writer, START, heads);
        for (int i = 0; i < length; i++) {
            AuditRecorded record = chain.next(
                    new Asked(null, "10.0.0.1", "POST /x", null, null, null, 202, "record " + i),
                    START.plus(Duration.ofMinutes(i)),
                    List.of());
            kept.add(kept(record));
            chain = chain.with(record, kept.getLast().digest());
        }
        return kept;
    }

    private static Kept kept(AuditRecorded record) {
        return new Kept(record, Digests.sha256(EventJson.write(record)));
    }

    private static AuditHead head(Kept one) {
        return new AuditHead(
                one.record().writer(),
                one.record().sequence(),
                one.digest(),
                one.record().at());
    }

    private static AuditRecorded with(AuditRecorded r, String summary) {
        return new AuditRecorded(
                r.writer(),
                r.begun(),
                r.sequence(),
                r.previous(),
                r.heads(),
                r.at(),
                r.who(),
                r.from(),
                r.request(),
                r.campaign(),
                r.cluster(),
                r.command(),
                r.commandDigest(),
                r.approved(),
                r.breakGlass(),
                r.status(),
                r.unwritten(),
                r.leftOut(),
                summary);
    }
}
