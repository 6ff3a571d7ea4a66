package io.calicofleet.integrations.adapter.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventType;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What CDEvents 0.4.1 has for our events: a campaign is a run of a pipeline, a step a run of a task, the gates of a step a run of a test suite, a
 * cluster an environment, and Calico there a service. An event that tells one thing again, as a status does, has the same id again.
 */
final class CdEvents {

    /** What may become one; the rest of what happens has none. */
    static final Set<EventType> TYPES = EnumSet.of(
            EventType.CAMPAIGN_CREATED,
            EventType.CAMPAIGN_STATUS,
            EventType.STEP_ACCEPTED,
            EventType.STEP_SUCCEEDED,
            EventType.STEP_FAILED,
            EventType.STEP_JUDGED,
            EventType.CLUSTER_STATUS);

    /** One source for all: a run is begun by one service and ended by another, and its id is good with its source alone. */
    static final String SOURCE = "/calico-fleet";

    private static final String SPEC = "0.4.1";
    private static final String CALICO = "pkg:github/projectcalico/calico@";

    private CdEvents() {}

    /**
     * A CDEvent.
     *
     * @param id its id, the same whenever the same is told
     * @param type with its version
     * @param subject the id of its subject
     * @param json all of it
     */
    record CdEvent(String id, String type, String subject, String json) {}

    /** What a thing is told of. */
    private record Told(String id, String type, String predicate, String subject, ObjectNode content) {}

    /**
     * What becomes of an event; empty where CDEvents has nothing for it.
     *
     * @param payload its payload as it came
     * @param page where people look
     */
    static Optional<CdEvent> of(Event<? extends FleetEvent> event, byte[] payload, URI page) {
        String id = event.attributes().source() + "#" + event.attributes().id();
        return told(event.data(), id, page).map(told -> {
            String type = "dev.cdevents." + told.type().toLowerCase(Locale.ROOT) + "." + told.predicate() + ".0.2.0";
            ObjectNode json = object();
            json.putObject("context")
                    .put("version", SPEC)
                    .put("id", told.id())
                    .put("source", SOURCE)
                    .put("type", type)
                    .put("timestamp", event.attributes().time().toString());
            json.putObject("subject")
                    .put("id", told.subject())
                    .put("source", SOURCE)
                    .put("type", told.type())
                    .set("content", told.content());
            try {
                json.set("customData", EventJson.mapper().readTree(payload));
            } catch (IOException e) {
                throw new UncheckedIOException("an event was read from it", e);
            }
            json.put("customDataContentType", "application/json");
            return new CdEvent(told.id(), type, told.subject(), json.toString());
        });
    }

    private static Optional<Told> told(FleetEvent data, String id, URI page) {
        return switch (data) {
            case CampaignCreated created -> Optional.of(run("queued", id, created.campaign(), page));
            case CampaignStatus status -> finished(status, page);
            case StepAccepted accepted -> Optional.of(task("started", id, accepted.step(), page));
            case StepSucceeded succeeded -> {
                Told task = task("finished", id, succeeded.step(), page);
                task.content().put("outcome", "success");
                yield Optional.of(task);
            }
            case StepFailed failed -> {
                Told task = task("finished", id, failed.step(), page);
                task.content().put("outcome", "failure").put("errors", failed.summary());
                yield Optional.of(task);
            }
            case StepJudged judged -> judged(judged, id);
            case ClusterStatus status -> upgraded(status);
            case FleetEvent other -> Optional.empty();
        };
    }

    private static Told run(String predicate, String id, CampaignName campaign, URI page) {
        ObjectNode content = object().put("pipelineName", campaign.value()).put("url", url(page, campaign));
        return new Told(id, "pipelineRun", predicate, campaign.value(), content);
    }

    /** It may fail and go on after a retry: each end is told. */
    private static Optional<Told> finished(CampaignStatus status, URI page) {
        if (!status.phase().terminal() && status.phase() != CampaignPhase.FAILED) {
            return Optional.empty();
        }
        String id = status.campaign() + "/" + status.createdAt() + "/" + status.phase()
                + (status.since() == null ? "" : "/" + status.since());
        Told run = run("finished", id, status.campaign(), page);
        boolean succeeded = status.phase() == CampaignPhase.SUCCEEDED;
        run.content()
                .put("outcome", succeeded ? "success" : status.phase() == CampaignPhase.FAILED ? "failure" : "error");
        if (!succeeded) {
            run.content().put("errors", status.summary());
        }
        return Optional.of(run);
    }

    private static Told task(String predicate, String id, StepId step, URI page) {
        ObjectNode content = object().put("taskName", step.kind().encode())
                .put("url", url(page, step.campaign()) + "/clusters/" + step.cluster());
        content.putObject("pipelineRun").put("id", step.campaign().value()).put("source", SOURCE);
        return new Told(id, "taskRun", predicate, step.encode(), content);
    }

    /** What a person decides about is not finished. */
    private static Optional<Told> judged(StepJudged judged, String id) {
        if (judged.outcome() != Outcome.PASSED && judged.outcome() != Outcome.FAILED) {
            return Optional.empty();
        }
        StepId step = judged.step();
        ObjectNode content = object().put("outcome", judged.outcome() == Outcome.PASSED ? "pass" : "fail")
                .put("reason", judged.summary());
        environment(content, step.cluster());
        content.putObject("testSuite")
                .put("id", step.kind().encode())
                .put("name", "gates of " + step.kind().encode());
        return Optional.of(new Told(id, "testSuiteRun", "finished", step.encode() + "/gates", content));
    }

    private static Optional<Told> upgraded(ClusterStatus status) {
        boolean another = status.steps().stream()
                .map(one -> one.step().kind())
                .anyMatch(kind -> kind.upgrades() && kind != StepKind.CHANGE);
        if (status.phase() != ClusterPhase.SUCCEEDED || status.target() == null || !another) {
            return Optional.empty();
        }
        ObjectNode content = object().put("artifactId", CALICO + status.target());
        environment(content, status.cluster());
        // A campaign of the same name may come after this one.
        String begun = status.steps().getFirst().startedAt().toString();
        return Optional.of(new Told(
                status.campaign() + "/" + status.cluster() + "/" + begun + "/upgraded",
                "service",
                "upgraded",
                "calico/" + status.cluster(),
                content));
    }

    private static void environment(ObjectNode content, ClusterId cluster) {
        content.putObject("environment").put("id", cluster.value()).put("source", SOURCE);
    }

    private static String url(URI page, CampaignName campaign) {
        return page.toString().replaceFirst("/*$", "") + "/campaigns/" + campaign;
    }

    private static ObjectNode object() {
        return EventJson.mapper().createObjectNode();
    }
}
