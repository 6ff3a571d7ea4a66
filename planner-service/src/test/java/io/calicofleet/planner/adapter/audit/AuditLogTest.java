package io.calicofleet.planner.adapter.audit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.AuditLeftOut;
import io.calicofleet.event.AuditRecorded;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.Identity;
import io.calicofleet.event.Stop;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.Digests;
import io.calicofleet.planner.core.audit.Asked;
import io.calicofleet.planner.core.audit.AuditChain;
import io.calicofleet.planner.core.audit.AuditTrail;
import io.calicofleet.planner.port.AuditReader;
import io.calicofleet.planner.port.CommandSender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AuditLogTest {

    private static final CampaignName WEB = CampaignName.of("web");
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final Identity ADA = new Identity("ada", "s-1", null, "local-token", List.of("admin"));

    /** A topic that takes records, or takes them and does not say so, or takes none. */
    private static final class Kept implements CommandSender, AuditReader {

        private final List<AuditRecorded> records = new ArrayList<>();
        private volatile boolean answers = true;
        private volatile boolean takes = true;
        private int asked;

        private synchronized List<AuditRecorded> records() {
            return List.copyOf(records);
        }

        private synchronized int asked() {
            return asked;
        }

        @Override
        public synchronized void send(Event<? extends FleetEvent> command) {
            asked++;
            if (takes) {
                records.add((AuditRecorded) command.data());
            }
            if (!takes || !answers) {
                throw new CommandNotAcceptedException("no answer", new IllegalStateException());
            }
        }

        @Override
        public synchronized void read(@Nullable Instant since, Consumer<AuditReader.Kept> taker) {
            records.forEach(record -> taker.accept(new AuditReader.Kept(
                    record,
                    null,
                    new Sent(
                            0,
                            0,
                            record.writer(),
                            Map.of(),
                            new String(EventJson.write(record), StandardCharsets.UTF_8)))));
        }

        private List<AuditTrail.Wrong> wrong() {
            return AuditTrail.check(
                    records.stream()
                            .map(record -> new AuditTrail.Kept(record, Digests.sha256(EventJson.write(record))))
                            .toList(),
                    true,
                    NOW,
                    Topic.LONG_RETENTION);
        }
    }

    private final Kept kept = new Kept();
    private int chains;
    private final AuditLog log = new AuditLog(kept, kept, () -> NOW, () -> "w" + chains++);

    @Test
    void records_of_a_planner_are_a_chain() {
        for (int i = 0; i < 5; i++) {
            log.write(asked(ADA, "POST /" + i));
        }
        assertThat(kept.records).extracting(AuditRecorded::writer).containsOnly("w0");
        assertThat(kept.records).extracting(AuditRecorded::sequence).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(kept.wrong()).isEmpty();
    }

    @Test
    void where_nobody_knows_whether_a_record_came_another_chain_begins() {
        log.write(asked(ADA, "POST /1"));
        kept.answers = false;
        assertThatThrownBy(() -> log.write(asked(ADA, "POST /2"))).hasMessage("no answer");
        kept.answers = true;
        log.write(asked(ADA, "POST /3"));
        kept.takes = false;
        assertThatThrownBy(() -> log.write(asked(ADA, "POST /4"))).hasMessage("no answer");
        kept.takes = true;
        log.write(asked(ADA, "POST /5"));
        assertThat(kept.records).extracting(AuditRecorded::writer).containsExactly("w0", "w0", "w1", "w2");
        assertThat(kept.records.getLast().heads())
                .extracting(head -> head.writer() + head.sequence())
                .containsExactly("w01", "w10");
        assertThat(kept.wrong()).isEmpty();
        kept.records.remove(2);
        assertThat(kept.wrong()).hasSize(1);
    }

    @Test
    void a_chain_begins_however_many_others_there_are() {
        for (int i = 0; i < 1500; i++) {
            kept.records.add(AuditChain.begin("other-" + i, NOW.minusSeconds(9999), List.of())
                    .next(asked(ADA, "POST /x"), NOW.minusSeconds(1500 - i), List.of()));
        }
        log.write(asked(ADA, "POST /last"));
        assertThat(kept.records.getLast().heads()).hasSize(1000);
        assertThat(kept.records.getLast().heads().getFirst().writer()).isEqualTo("other-1499");
        assertThat(EventJson.write(kept.records.getLast()).length).isLessThan(Topic.MAX_RECORD_BYTES / 4);
    }

    @Test
    void whoever_is_refused_waits_for_no_broker() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        AtomicInteger written = new AtomicInteger();
        AuditLog stuck = new AuditLog(
                command -> {
                    asked.countDown();
                    awaitQuietly(answers);
                    written.incrementAndGet();
                },
                kept,
                () -> NOW,
                () -> "w");
        stuck.tell(asked(ADA, "POST /1"));
        asked.await();
        // These come back though the broker does not answer until they have.
        stuck.tell(asked(ADA, "POST /2"));
        stuck.tell(asked(null, "GET /3"));
        answers.countDown();
        stuck.close();
        assertThat(written).hasValue(3);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void strangers_that_ask_without_end_are_counted_and_the_next_record_tells_how_many() {
        for (int i = 0; i < 1000; i++) {
            log.tell(refused(null, "GET /api/v1/campaigns/web-" + i, 401));
        }
        log.write(asked(ADA, "POST /1"));
        log.close();
        assertThat(leftOut()).isEqualTo(Map.of("null GET /api/v1/campaigns/* 401", 980L));
        assertThat(kept.records.stream().mapToLong(AuditRecorded::unwritten).sum())
                .isEqualTo(980);
        assertThat(kept.wrong()).isEmpty();
    }

    @Test
    void where_no_record_follows_one_is_written_that_tells_what_was_counted() {
        for (int i = 0; i < 20; i++) {
            log.tell(refused(null, "GET /api/v1/summary", 401));
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> kept.records().size() == 20);
        for (int i = 0; i < 30; i++) {
            log.tell(refused(null, "GET /api/v1/summary", 401));
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(leftOut()).isEqualTo(Map.of("null GET /api/v1/summary 401", 30L)));
        assertThat(kept.records().getLast().status()).isEqualTo(401);
        assertThat(kept.wrong()).isEmpty();
    }

    @Test
    void what_was_counted_is_written_before_a_planner_stops() {
        for (int i = 0; i < 50; i++) {
            log.tell(refused(null, "GET /api/v1/summary", 401));
        }
        log.close();
        assertThat(leftOut()).isEqualTo(Map.of("null GET /api/v1/summary 401", 30L));
    }

    @Test
    void refusals_that_cannot_be_written_are_told_once_it_goes_again() {
        kept.takes = false;
        log.tell(refused(ADA, "POST /api/v1/campaigns/web/approve", 403));
        log.tell(refused(ADA, "POST /api/v1/campaigns/other/approve", 403));
        await().atMost(Duration.ofMinutes(1)).until(() -> kept.asked() >= 2);
        kept.takes = true;
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            log.write(asked(ADA, "POST /1"));
            assertThat(leftOut()).isEqualTo(Map.of("ada POST /api/v1/campaigns/*/approve 403", 2L));
        });
    }

    private Map<String, Long> leftOut() {
        return kept.records().stream()
                .flatMap(record -> record.leftOut().stream())
                .collect(groupingBy(
                        one -> one.who() + " " + one.request() + " " + one.status(), summingLong(AuditLeftOut::count)));
    }

    @Test
    void an_act_that_cannot_be_written_down_does_not_happen() {
        List<FleetEvent> sent = new ArrayList<>();
        CommandSender audited = audited(sent);
        kept.takes = false;
        assertThatThrownBy(() -> audited.send(command(new CampaignPaused(WEB, "", null, "ada paused web"))))
                .isInstanceOf(CommandSender.CommandNotAcceptedException.class)
                .hasMessageStartingWith("Nothing is done, for it could not be written to the audit");
        assertThatThrownBy(() -> audited.send(command(new FleetStop(null, NOW, "it goes on"))))
                .isInstanceOf(CommandSender.CommandNotAcceptedException.class);
        assertThat(sent).isEmpty();
        kept.takes = true;
        CampaignPaused pause = new CampaignPaused(WEB, "", null, "ada paused web");
        audited.send(command(pause));
        assertThat(sent).containsExactly(pause);
        assertThat(kept.records).hasSize(1);
        assertThat(kept.records.getFirst().commandDigest()).isEqualTo(Digests.sha256(EventJson.write(pause)));
    }

    @Test
    void a_stop_of_everything_happens_though_it_cannot_be_written_down() {
        List<FleetEvent> sent = new ArrayList<>();
        kept.takes = false;
        audited(sent).send(command(FleetStop.of(new Stop("ada", "fire", NOW), NOW)));
        log.close();
        assertThat(sent).hasSize(1);
        assertThat(kept.records).isEmpty();
    }

    private CommandSender audited(List<FleetEvent> sent) {
        return new AuditedSender(
                event -> sent.add(event.data()),
                log,
                (campaign, cluster, command, status, summary) ->
                        new Asked(ADA, "10.0.0.1", "POST /x", campaign, cluster, command, status, summary));
    }

    private static Event<FleetEvent> command(FleetEvent data) {
        return Event.of("e1", "/test", NOW, "ada", null, data);
    }

    private static Asked refused(@Nullable Identity who, String request, int status) {
        return new Asked(who, "10.0.0.1", request, null, null, null, status, request);
    }

    private static Asked asked(@Nullable Identity who, String request) {
        return new Asked(who, "10.0.0.1", request, null, null, null, 202, request);
    }
}
