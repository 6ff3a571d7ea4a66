package io.calicofleet.executor.step.applicationlayer;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.istio.Injector;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the Dikastes of the target release into the pods of Istio's mesh.
 *
 * <pre>
 *   1. of each sidecar injector that injects a Dikastes: data.config as the release has it for that version of Istio; a
 *      private registry is kept, what else people changed in it is in the backup
 *   2. restart what runs an older Dikastes, at most so many workloads at a time, and wait for each
 *   3. name the pods that nobody makes anew; they are never deleted
 * </pre>
 *
 * <p>It knows that it is done by no such workload being left. Undone by the restore, which restarts them again.
 */
public final class UpgradeApplicationLayerPolicyStep implements StepHandler {

    private final Duration injectorLag;

    /** @param injectorLag how long to wait before a workload that got the older Dikastes again is restarted again */
    public UpgradeApplicationLayerPolicyStep(Duration injectorLag) {
        this.injectorLag = requireNonNull(injectorLag, "injectorLag");
    }

    @Override
    public StepKind kind() {
        return StepKind.UPGRADE_APPLICATION_LAYER_POLICY;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        ClusterApi cluster = context.cluster();
        CalicoVersion target = Manifests.target(context);
        List<String> changes = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<Injector> injectors = new ArrayList<>();
        for (Injector injector : Injector.among(cluster.list(Kinds.CORE, "ConfigMap", Injector.NAMESPACE, ""))) {
            if (injector.injectsDikastes()) {
                injectors.add(injector);
            } else {
                notes.add("ConfigMap " + injector + " injects no Dikastes and is left as it is");
            }
        }
        List<ObjectNode> deployments = cluster.list(Kinds.APPS, "Deployment", Injector.NAMESPACE, "");
        Map<Injector, String> released = new LinkedHashMap<>();
        for (Injector injector : injectors) {
            Optional<String> istio = injector.istio(deployments);
            if (istio.isEmpty()) {
                return new StepOutcome.Failed(
                        FailureReason.UNEXPECTED_STATE,
                        "no Deployment in " + Injector.NAMESPACE + " tells of which version the Istio of ConfigMap "
                                + injector + " is");
            }
            released.put(injector, released(context, target, istio.get()));
        }
        released.forEach((injector, config) -> {
            boolean changed = Edits.edit(cluster, ResourceRef.of(injector.configMap()), present -> {
                Injector now = new Injector(present);
                String wanted = now.wanted(config);
                return wanted.equals(now.config()) ? present : now.with(wanted);
            });
            if (changed) {
                changes.add("ConfigMap " + injector);
            }
        });
        return new DikastesRestarts(context, target, injectorLag, changes, notes).run(!injectors.isEmpty());
    }

    private static String released(StepContext context, CalicoVersion target, String istio) {
        List<String> files = Injector.files(istio);
        for (String file : files) {
            Optional<ManifestDocuments> documents =
                    context.releases().manifest(target, file).map(ReleaseFile::documents);
            Optional<String> config = documents.flatMap(Injector::released);
            if (config.isPresent()) {
                return config.get();
            }
        }
        throw new ReleaseException(
                FailureReason.RELEASE_UNAVAILABLE,
                target + " has no sidecar injector for Istio " + istio + ": there is no "
                        + String.join(" and no ", files),
                null);
    }
}
