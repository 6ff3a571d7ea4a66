package io.calicofleet.executor.adapter.kubernetes.store;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.StepId;
import io.calicofleet.executor.core.plan.Plan;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.Plans;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseFile;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans and files of releases as Secrets in the cluster they are for, since an object of a plan may be a Secret.
 *
 * <pre>
 *   calico-fleet-plan-CAMPAIGN-KIND      {step, putBack, parts}, and the plan in parts
 *   calico-fleet-release-DIGEST          {release, file, digest, parts}, and its documents in parts
 * </pre>
 */
public final class PlanStore implements Plans {

    private static final String PLAN = "plan";
    private static final String RELEASE = "release";
    private static final Logger LOGGER = LoggerFactory.getLogger(PlanStore.class);
    private static final JsonMapper JSON = EventJson.mapper();

    private final ClusterApi api;
    private final PackedSecrets secrets;
    private final InstantSource clock;

    public PlanStore(ClusterApi api, InstantSource clock) {
        this.api = requireNonNull(api, "api");
        this.secrets = new PackedSecrets(api);
        this.clock = requireNonNull(clock, "clock");
    }

    @Override
    public Optional<Plan> of(StepId step) {
        return secrets.index(name(step))
                .filter(index -> isOf(index, step))
                .map(index -> parsed(secrets.content(name(step), index), name(step)));
    }

    @Override
    public void keep(StepId step, Plan plan) {
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        index.put("step", step.encode());
        index.put("plan", plan.digest());
        index.put("at", clock.instant().toString());
        index.putArray("putBack");
        try {
            secrets.put(name(step), PLAN, index, JSON.writeValueAsString(plan));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a plan of ours is JSON", e);
        }
    }

    @Override
    public Set<String> putBack(StepId step) {
        Set<String> fields = new LinkedHashSet<>();
        secrets.index(name(step))
                .filter(index -> isOf(index, step))
                .ifPresent(index -> index.path("putBack").forEach(field -> fields.add(field.asText())));
        return fields;
    }

    @Override
    public void putBack(StepId step, Set<String> fields) {
        secrets.update(name(step), index -> {
            Set<String> all = new TreeSet<>(fields);
            index.path("putBack").forEach(field -> all.add(field.asText()));
            var list = index.putArray("putBack");
            all.forEach(list::add);
        });
    }

    @Override
    public List<ReleaseFile> releases() {
        return api.list("v1", "Secret", ObjectLabels.NAMESPACE, ObjectLabels.selector(RELEASE)).stream()
                .filter(PackedSecrets::hasIndex)
                .sorted(Comparator.comparing((ObjectNode secret) -> Instant.parse(
                                PackedSecrets.indexOf(secret).path("at").asText()))
                        .reversed())
                .flatMap(secret ->
                        readable(secret.path("metadata").path("name").asText(), PackedSecrets.indexOf(secret)).stream())
                .toList();
    }

    @Override
    public void keep(ReleaseFile file) {
        String name = "calico-fleet-release-"
                + file.digest().substring(0, Math.min(16, file.digest().length()));
        if (secrets.index(name).flatMap(index -> readable(name, index)).isPresent()) {
            return;
        }
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        index.put("release", file.release().toString());
        index.put("file", file.file());
        index.put("digest", file.digest());
        index.put("at", clock.instant().toString());
        var documents = JsonNodeFactory.instance.arrayNode();
        file.documents().objects().values().forEach(documents::add);
        secrets.put(name, RELEASE, index, documents.toString());
    }

    /** Empty where somebody deleted or changed a part of it: a file that cannot be read proves nothing. */
    private Optional<ReleaseFile> readable(String name, ObjectNode index) {
        try {
            return Optional.of(file(name, index));
        } catch (ClusterException e) {
            if (e.problem() != Problem.UNEXPECTED) {
                throw e;
            }
            LOGGER.atWarn()
                    .addKeyValue(LogKeys.OBJECT, "Secret " + ObjectLabels.NAMESPACE + "/" + name)
                    .addKeyValue(LogKeys.REASON, e.message())
                    .log("a file of a release that was kept in the cluster cannot be used; it is left out");
            return Optional.empty();
        }
    }

    private ReleaseFile file(String name, ObjectNode index) {
        try {
            return new ReleaseFile(
                    CalicoVersion.parse(index.path("release").asText()),
                    index.path("file").asText(),
                    ManifestDocuments.of(JSON.readTree(secrets.content(name, index))),
                    index.path("digest").asText());
        } catch (JsonProcessingException e) {
            throw new ClusterException(Problem.UNEXPECTED, "Secret " + name + " holds no release of ours", e);
        }
    }

    private static Plan parsed(String text, String name) {
        try {
            return JSON.readValue(text, Plan.class);
        } catch (JsonProcessingException e) {
            throw new ClusterException(Problem.UNEXPECTED, "Secret " + name + " holds no plan of ours", e);
        }
    }

    private static boolean isOf(JsonNode index, StepId step) {
        return index.path("step").asText().equals(step.encode());
    }

    private static String name(StepId step) {
        return "calico-fleet-plan-" + step.campaign() + "-" + step.kind().encode();
    }
}
