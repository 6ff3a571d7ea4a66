package io.calicofleet.planner.adapter.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Sender;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.attestation.SigningKey;
import io.calicofleet.kafka.attestation.TrustedKey;
import io.calicofleet.kafka.attestation.TrustedKeys;
import io.calicofleet.planner.core.CampaignRuns;
import io.calicofleet.planner.core.Fleet;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerSettings;
import io.calicofleet.planner.core.replay.Recorded;
import io.calicofleet.planner.core.replay.Replay;
import io.calicofleet.planner.port.DecisionReader;
import io.calicofleet.planner.port.PlanReader;
import io.calicofleet.planner.port.TopicUnavailableException;
import io.calicofleet.planner.report.ReportFile;
import io.calicofleet.runtime.Signing;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A report as a file, of a random run. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReportFilesTest {

    private static final PlannerCore CORE = new PlannerCore(Fleet.CATALOGUE, PlannerSettings.DEFAULT);
    private static final SigningKey KEY = SigningKey.generate();
    private static final Signing SIGNING = Signing.with(
            Sender.PLANNER,
            KEY,
            new TrustedKeys(List.of(TrustedKey.of(Sender.PLANNER, List.of(), false, KEY.publicKey()))));

    private final List<Recorded> written = CampaignRuns.written(20261130L);
    private final ReportFiles files = new ReportFiles();

    @ParameterizedTest
    @EnumSource
    void a_file_of_each_form_is_as_it_was_written_and_has_the_digest_that_is_told(ReportFile.Form form)
            throws IOException {
        try (Response answer = files.answer(report(whole(), 0), form.toString())) {
            byte[] file = (byte[]) answer.getEntity();

            assertThat(ReportFile.problems(file)).isEmpty();
            assertThat(answer.getHeaderString("Content-Disposition"))
                    .isEqualTo("attachment; filename=\"calico-3-22-report." + form + "\"");
            assertThat(answer.getHeaderString("Report-Digest")).matches("[0-9a-f]{64}");
            if (form != ReportFile.Form.HTML) {
                JsonNode data = ReportFile.data(file).orElseThrow();
                assertThat(data.path("digest").asText()).isEqualTo(answer.getHeaderString("Report-Digest"));
                assertThat(data.path("statements")).isNotEmpty();
                assertThat(data.path("signedBy").asText()).isEqualTo(KEY.id());
            }
        }
    }

    @Test
    void another_form_is_answered_with_those_there_are() {
        assertThat(refused(() -> files.answer(report(whole(), 0), "htm")))
                .satisfies(problem -> assertThat(problem.status()).isEqualTo(422))
                .extracting(problem -> problem.problems().getFirst().toString())
                .asString()
                .contains("html, json, zip");
    }

    @Test
    void a_report_that_is_too_large_is_refused_with_the_command_that_writes_it() {
        assertThat(refused(() -> files.answer(report(whole(), 17), "zip")).detail())
                .isEqualTo(
                        "The report of campaign calico-3-22 has more than 16 MB of data, too much to make a file of it"
                                + " here: calico-fleet report calico-3-22 -o zip does.");
    }

    @Test
    void one_is_made_at_a_time_and_after_a_failure_the_next_one_is() {
        DecisionReader meanwhile = (campaign, since, taker) -> {
            assertThat(refused(() -> files.answer(report(whole(), 0), "html")).detail())
                    .startsWith("Another report is being made.");
            throw new TopicUnavailableException("The broker is away.", new IOException());
        };

        assertThat(refused(() -> files.answer(report(meanwhile, 0), "html")).detail())
                .isEqualTo("The broker is away.");
        try (Response next = files.answer(report(whole(), 0), "html")) {
            assertThat(next.getStatus()).isEqualTo(200);
        }
    }

    private static ProblemDocument refused(ThrowingCallable asking) {
        ProblemDocument[] document = new ProblemDocument[1];
        assertThatThrownBy(asking)
                .asInstanceOf(type(ProblemException.class))
                .satisfies(problem -> document[0] = problem.document());
        return document[0];
    }

    private DecisionReader whole() {
        return (campaign, since, taker) -> {
            written.forEach(taker);
            return null;
        };
    }

    /** With a document of so many megabytes beside those of the clusters. */
    private Report report(DecisionReader decisions, int megabytes) {
        Replay replay = new Statements(CORE, decisions, SIGNING).replay();
        written.forEach(replay::decide);
        List<byte[]> clusters = new ArrayList<>();
        for (ClusterStatus cluster : replay.clusters()) {
            ObjectNode json = EventJson.mapper().valueToTree(cluster);
            clusters.add(EventJson.write(megabytes == 0 ? json : json.put("summary", "x".repeat(megabytes << 20))));
        }
        return new Report(
                Instant.EPOCH,
                "1",
                replay.status(),
                clusters,
                new Statements(CORE, decisions, SIGNING),
                PlanReader.NONE);
    }
}
