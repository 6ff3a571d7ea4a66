package io.calicofleet.executor.step.migrate;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.migrate.Drops;
import io.calicofleet.executor.core.migrate.ImageHome;
import io.calicofleet.executor.core.migrate.ManifestInstall;
import io.calicofleet.executor.core.migrate.Refusals;
import io.calicofleet.executor.core.observe.CalicoWorkloads;
import io.calicofleet.executor.core.plan.Placed;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Permissions;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.executor.step.manifest.OperatorRelease;
import io.calicofleet.executor.step.manifest.Planning;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImagePlaces;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a takeover by the operator would find and need: the same for an inspection, which only tells it, and for the step.
 *
 * @param install what the operator looks at
 * @param home from where the images come
 * @param planning what people changed of the manifests
 * @param missing Secrets that images are pulled with and that are not there
 */
public record Takeover(ManifestInstall install, ImageHome home, Planning planning, List<String> missing) {

    static final String NAMESPACE = "tigera-operator";
    static final ResourceRef INSTALLATION = new ResourceRef(Kinds.OPERATOR, "Installation", "", "default");

    public Takeover {
        requireNonNull(install, "install");
        requireNonNull(home, "home");
        requireNonNull(planning, "planning");
        missing = List.copyOf(missing);
    }

    /** Reads it; nothing is written. */
    public static Takeover of(StepContext context, Manifests manifests, Planning planning) {
        ClusterApi cluster = context.cluster();
        CalicoDatastore calico = context.datastore();
        List<ObjectNode> workloads = new ArrayList<>(cluster.list(Kinds.APPS, "DaemonSet"));
        workloads.addAll(cluster.list(Kinds.APPS, "Deployment"));
        List<ObjectNode> configMaps = Stream.concat(
                        ManifestInstall.configMapNames(workloads).stream(), Stream.of("kubernetes-services-endpoint"))
                .distinct()
                .flatMap(name ->
                        cluster.find(new ResourceRef(Kinds.CORE, "ConfigMap", Kinds.KUBE_SYSTEM, name)).stream())
                .toList();
        JsonNode definition = manifests.target().objects().values().stream()
                .filter(object -> object.path("kind").asText().equals(Kinds.CRD)
                        && object.at("/spec/names/kind").asText().equals("FelixConfiguration"))
                .<JsonNode>map(object -> object)
                .findFirst()
                .orElse(MissingNode.getInstance());
        ManifestInstall install = ManifestInstall.of(
                Manifests.target(context),
                workloads,
                configMaps,
                calico.list(CalicoKind.IP_POOL),
                calico.find(CalicoKind.FELIX_CONFIGURATION, "default")
                        .<JsonNode>map(object -> object)
                        .orElse(MissingNode.getInstance()),
                definition);
        List<ObjectNode> accounts = Stream.of(
                        ManifestInstall.NODE, ManifestInstall.KUBE_CONTROLLERS, ManifestInstall.TYPHA)
                .flatMap(name ->
                        cluster.find(new ResourceRef(Kinds.CORE, "ServiceAccount", Kinds.KUBE_SYSTEM, name)).stream())
                .toList();
        ImageHome home = ImageHome.of(install.workloads(), accounts, manifests.target());
        List<String> missing = home.pullSecrets().stream()
                .filter(name -> cluster.find(secret(Kinds.KUBE_SYSTEM, name)).isEmpty())
                .toList();
        return new Takeover(install, home, planning, missing);
    }

    static ResourceRef secret(String namespace, String name) {
        return new ResourceRef(Kinds.CORE, "Secret", namespace, name);
    }

    /** Why the operator would not take it over, or not well: a sentence each, without its full stop. */
    public List<String> refusals() {
        List<String> all = new ArrayList<>();
        if (!ReleaseTrait.OPERATOR_TAKES_OVER.isIn(install.version())) {
            all.add("The operator of " + install.version()
                    + " takes no manifests over. Go to "
                    + ReleaseTrait.OPERATOR_TAKES_OVER.from().line() + " or later first, then migrate");
        }
        all.addAll(Refusals.of(install));
        all.addAll(home.unclear());
        missing.forEach(name -> all.add("Secret kube-system/" + name
                + ", which images are pulled with, is not there, so that it cannot be given to the operator. Create it, or"
                + " remove it from imagePullSecrets, then retry"));
        return all;
    }

    /** What a person has to say yes to. */
    List<FieldConflict> questions(Manifests operator) {
        List<FieldConflict> questions =
                new ArrayList<>(Drops.questions(planning.plan().merge()));
        deployment(operator.target()).flatMap(this::unclear).ifPresent(questions::addFirst);
        return questions;
    }

    private Optional<FieldConflict> unclear(ObjectNode deployment) {
        ImageReference image = image(deployment);
        return home.places().of(image) instanceof ImagePlaces.Place.Unclear place
                ? Optional.of(new FieldConflict(
                        ObjectKey.of(deployment).object(),
                        "spec.template.spec.containers[tigera-operator].image",
                        "",
                        "\"" + image.at(place.candidates().getFirst()) + "\"",
                        "\"" + image + "\"",
                        "It does not run yet, and nobody can tell from where: keep-mine takes it from where you have others,"
                                + " take-new from where the release has it.",
                        List.of(OnConflict.KEEP_MINE, OnConflict.TAKE_NEW)))
                : Optional.empty();
    }

    /**
     * The operator's manifest for this cluster: without the definitions and the Namespace that are there, with the images
     * from where all the others come.
     *
     * @throws ReleaseException where the release has none at hand
     */
    Manifests operator(StepContext context) {
        ClusterApi cluster = context.cluster();
        CalicoVersion version = Manifests.target(context);
        Manifests released = Manifests.of(cluster, context.releases(), null, version, OperatorRelease.FILE);
        Map<ObjectKey, ObjectNode> documents = new LinkedHashMap<>();
        released.target().objects().forEach((key, object) -> {
            boolean stays = key.kind().equals("Namespace")
                    || (key.kind().equals(Kinds.CRD) && !key.name().endsWith(".operator.tigera.io"));
            if (!stays || cluster.find(ResourceRef.of(object)).isEmpty()) {
                documents.put(key, object);
            }
        });
        deployment(released.target())
                .ifPresent(deployment -> documents.put(ObjectKey.of(deployment), placed(context, deployment)));
        return new Manifests(
                Optional.empty(),
                new Placed(released.wanted().file(), new ManifestDocuments(documents)),
                List.of(),
                file -> present(cluster, file),
                released.operator());
    }

    /** A file that was brought here before: what of it is not there was taken back, and is to come again. */
    private static Placed present(ClusterApi cluster, ReleaseFile file) {
        Map<ObjectKey, ObjectNode> there = new LinkedHashMap<>(file.documents().objects());
        there.values().removeIf(object -> cluster.find(ResourceRef.of(object)).isEmpty());
        return new Placed(file, new ManifestDocuments(there));
    }

    private ObjectNode placed(StepContext context, ObjectNode deployment) {
        ObjectNode placed = deployment.deepCopy();
        ImageReference image = image(deployment);
        String location = switch (home.places().of(image)) {
            case ImagePlaces.Place.At at -> at.location();
            case ImagePlaces.Place.Unclear unclear ->
                unclear(deployment)
                        .filter(question -> context.decisions().on(question) == OnConflict.TAKE_NEW)
                        .map(question -> image.location())
                        .orElse(unclear.candidates().getFirst());
        };
        Json.elements(placed.at("/spec/template/spec/containers"))
                .filter(container -> Json.text(container, "name").equals(NAMESPACE))
                .map(ObjectNode.class::cast)
                .forEach(container -> container.put("image", image.at(location).toString()));
        if (!home.pullSecrets().isEmpty() && placed.at("/spec/template/spec") instanceof ObjectNode pod) {
            var secrets = pod.putArray("imagePullSecrets");
            home.pullSecrets().forEach(name -> secrets.addObject().put("name", name));
        }
        return placed;
    }

    private static ImageReference image(ObjectNode deployment) {
        return ImageReference.parse(Json.elements(deployment.at("/spec/template/spec/containers"))
                .filter(container -> Json.text(container, "name").equals(NAMESPACE))
                .map(container -> Json.text(container, "image"))
                .findFirst()
                .orElse(""));
    }

    private static Optional<ObjectNode> deployment(ManifestDocuments documents) {
        return documents.objects().values().stream()
                .filter(object -> object.path("kind").asText().equals("Deployment"))
                .findFirst();
    }

    /** What the migration may change beside the manifests: all that the operator is made of. */
    public static List<ResourceRef> toBackUp(StepContext context) {
        List<ResourceRef> refs = new ArrayList<>(Manifests.of(
                        context.cluster(), context.releases(), null, Manifests.target(context), OperatorRelease.FILE)
                .refs());
        refs.removeIf(ref -> ref.kind().equals(Kinds.CRD));
        refs.add(INSTALLATION);
        return refs;
    }

    /** What the kubeconfig has to be allowed beside what every upgrade needs. */
    public static List<Permission> permissions(StepContext context) {
        List<Permission> all = new ArrayList<>(Permissions.ofOperator(CalicoWorkloads.ofOperator(List.of())));
        all.add(Permissions.of("delete", Kinds.OPERATOR, "Installation", ""));
        for (String verb : List.of("get", "create", "update", "delete")) {
            all.add(Permissions.of(verb, Kinds.CORE, "Secret", NAMESPACE));
        }
        all.add(Permissions.of("update", Kinds.CORE, "Namespace", ""));
        try {
            Manifests released = Manifests.of(
                    context.cluster(), context.releases(), null, Manifests.target(context), OperatorRelease.FILE);
            all.addAll(Permissions.ofManifest(
                    released.target(), released.live(context.cluster()).keys()));
        } catch (ReleaseException e) {
            // told as an objection of its own
        }
        return all;
    }

    /** Why there is no operator to install; empty where there is. */
    public static Optional<String> withoutRelease(StepContext context) {
        try {
            return context.releases()
                            .manifest(Manifests.target(context), OperatorRelease.FILE)
                            .isPresent()
                    ? Optional.empty()
                    : Optional.of("There is no " + Manifests.target(context) + "/" + OperatorRelease.FILE + " at "
                            + context.releases().where(Manifests.target(context), OperatorRelease.FILE)
                            + ". Put it into the directory of releases, then retry");
        } catch (ReleaseException e) {
            return Optional.of(e.message());
        }
    }
}
