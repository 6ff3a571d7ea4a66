package io.calicofleet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.cli.demo.OtlpReceiver.Link;
import io.calicofleet.cli.demo.OtlpReceiver.Seen;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.time.Duration;
import java.util.function.Predicate;

/** The trace of an upgrade, from the command that created its campaign to the write in the cluster and back to the planner. */
final class StepTrace {

    private static final int LONGEST = 300;

    private final OtlpReceiver receiver;
    private final String campaign;
    private final String cluster;

    /** The trace of the upgrade of {@code cluster}, which has passed its gates. */
    StepTrace(OtlpReceiver receiver, String campaign, String cluster) {
        this.receiver = receiver;
        this.campaign = campaign;
        this.cluster = cluster;
    }

    /** Waits until all of it is there, and holds each span to what it hangs on. */
    void assertWhole() {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(this::whole);
        assertThat(receiver.spans())
                .allSatisfy(span -> assertThat(span.attributes().values())
                        .allSatisfy(value -> assertThat(value).hasSizeLessThan(LONGEST)));
    }

    private void whole() {
        Seen asked = one(
                "send calico-fleet.commands",
                span -> span.has("calico_fleet.event", "campaign.created")
                        && span.has("calico_fleet.campaign", campaign));
        Seen created =
                one("process calico-fleet.commands", span -> span.parent().equals(asked.id()));
        assertThat(created.trace()).isEqualTo(asked.trace());
        // A trace of its own, which leads to the command and to the verdict on the step before.
        Seen step = one(
                "send calico-fleet.steps",
                span -> span.attributes()
                        .getOrDefault("calico_fleet.step", "")
                        .startsWith(campaign + "/" + cluster + "/upgrade/"));
        assertThat(step.parent()).isEmpty();
        assertThat(step.kind()).isEqualTo(SpanKind.SPAN_KIND_PRODUCER);
        assertThat(step.trace()).isNotEqualTo(asked.trace());
        assertThat(step.links()).contains(new Link(created.id(), "campaign"));
        String cause = step.links().stream()
                .filter(link -> link.what().equals("cause"))
                .findFirst()
                .orElseThrow()
                .span();
        assertThat(one(span -> span.id().equals(cause)).name()).startsWith("process calico-fleet.");
        assertThat(step.attributes())
                .containsEntry("messaging.system", "kafka")
                .containsEntry("messaging.destination.name", "calico-fleet.steps")
                .containsEntry("messaging.operation.type", "send")
                .containsEntry("calico_fleet.cluster", cluster);
        // The executor acts, and writes to the API server.
        Seen taken = child(step, "executor", "process calico-fleet.steps");
        assertThat(taken.kind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER);
        Seen acted = child(taken, "executor", "act upgrade");
        assertThat(acted.attributes()).containsEntry("calico_fleet.outcome", "succeeded");
        Seen write = child(acted, "executor", "PUT /apis/apps/v1/namespaces/{namespace}/daemonsets/{name}");
        assertThat(write.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
        assertThat(write.attributes())
                .containsEntry("http.request.method", "PUT")
                .containsEntry("http.response.status_code", "200");
        assertThat(write.attributes().get("calico_fleet.object")).startsWith("daemonsets kube-system/");
        Seen observed = child(taken, "executor", "observe");
        assertThat(observed.trace()).isEqualTo(step.trace());
        // What it says goes back to the planner.
        Seen said = one(
                "send calico-fleet.progress",
                span -> span.parent().equals(taken.id()) && span.has("calico_fleet.event", "step.succeeded"));
        child(said, "planner", "process calico-fleet.progress");
        // The verifier judges by a check, and the planner takes the verdict.
        child(step, "verifier", "process calico-fleet.steps");
        Seen verdict = one(
                "send calico-fleet.verdicts",
                span -> span.trace().equals(step.trace()) && span.has("calico_fleet.event", "step.judged"));
        Seen checked = one(span -> span.id().equals(verdict.parent()));
        assertThat(checked.name()).isEqualTo("process calico-fleet.checks");
        assertThat(checked.parent()).isEqualTo(taken.id());
        Seen heard = child(verdict, "planner", "process calico-fleet.verdicts");
        assertThat(heard.trace()).isEqualTo(step.trace());
    }

    private Seen child(Seen parent, String service, String name) {
        Seen child = one(
                name,
                span -> span.parent().equals(parent.id()) && span.service().equals("calico-fleet-" + service));
        assertThat(child.trace()).isEqualTo(parent.trace());
        return child;
    }

    private Seen one(String name, Predicate<Seen> which) {
        return receiver.spans().stream()
                .filter(span -> span.name().equals(name) && which.test(span))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no such span: " + name + "; of the cluster there are "
                        + receiver.spans().stream()
                                .filter(span -> span.has("calico_fleet.cluster", cluster))
                                .map(Seen::name)
                                .distinct()
                                .toList()));
    }

    private Seen one(Predicate<Seen> which) {
        return receiver.spans().stream()
                .filter(which)
                .findFirst()
                .orElseThrow(() -> new AssertionError("a span hangs on one that is not there"));
    }
}
