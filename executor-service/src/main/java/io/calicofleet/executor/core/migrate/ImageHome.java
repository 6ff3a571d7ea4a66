package io.calicofleet.executor.core.migrate;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.image.ImagePlaces;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.release.Containers;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * From where the images of an install come, in the words of an Installation: the operator makes every reference of
 * registry, imagePath, "/", imagePrefix and the name of the image, and drops what the manifests say (tigera/operator,
 * pkg/components/references.go).
 *
 * @param registry such as {@code registry.example.com/}; empty: from where the operator has them
 * @param imagePath such as {@code mirror/calico}; empty: the operator's
 * @param imagePrefix such as {@code calico-}; mostly empty
 * @param pullSecrets the names of the Secrets they are pulled with
 * @param places where other images of Calico are then
 * @param unclear why it cannot be said so, a sentence each without its full stop; empty where it can
 */
public record ImageHome(
        String registry,
        String imagePath,
        String imagePrefix,
        List<String> pullSecrets,
        ImagePlaces places,
        List<String> unclear) {

    public ImageHome {
        requireNonNull(registry, "registry");
        requireNonNull(imagePath, "imagePath");
        requireNonNull(imagePrefix, "imagePrefix");
        pullSecrets = List.copyOf(pullSecrets);
        requireNonNull(places, "places");
        unclear = List.copyOf(unclear);
    }

    /** A place in those words. */
    private record Home(String registry, String path, String prefix) {}

    /**
     * Reads it from what runs.
     *
     * @param workloads the workloads of the install
     * @param accounts the ServiceAccounts of their namespace, which may have pull secrets of their own
     * @param released what the release has under their names
     */
    public static ImageHome of(
            Collection<? extends JsonNode> workloads,
            Collection<? extends JsonNode> accounts,
            ManifestDocuments released) {
        ImagePlaces places = new ImagePlaces();
        Set<Home> homes = new LinkedHashSet<>();
        Set<String> unclear = new TreeSet<>();
        boolean moved = false;
        for (JsonNode workload : workloads) {
            Map<String, String> published = released.find(ObjectKey.of(workload)).stream()
                    .flatMap(object -> Containers.of(object).stream())
                    .collect(Collectors.toMap(
                            each -> Json.text(each, "name"), each -> Json.text(each, "image"), (one, other) -> one));
            for (JsonNode container : Containers.of(workload)) {
                String name = Json.text(container, "name");
                ImageReference has = ImageReference.parse(Json.text(container, "image"));
                if (!published.containsKey(name) || !CalicoImages.isCalico(name, has.toString())) {
                    continue;
                }
                ImageReference is = ImageReference.parse(published.get(name));
                places.learn(is, true, has);
                moved |= !is.fullLocation().equals(has.fullLocation());
                if (!has.digest().isEmpty()) {
                    unclear.add(ObjectKey.of(workload).object() + " has the image of container " + name
                            + " by its digest. The operator takes digests from an ImageSet: use its tag, then retry");
                }
                Optional<Home> home = home(is.shortName(), has);
                home.ifPresent(homes::add);
                if (home.isEmpty()) {
                    unclear.add(ObjectKey.of(workload).object() + " has the image " + has
                            + ", and the operator looks for one called " + is.shortName()
                            + " in a folder of a registry only. Have it there, then retry");
                }
            }
        }
        if (moved && homes.size() > 1) {
            unclear.add("The images of Calico come from several places ("
                    + homes.stream()
                            .map(each -> each.registry() + each.path() + "/" + each.prefix())
                            .collect(Collectors.joining(", "))
                    + "), and the operator has them all from one. Have them all in one, then retry");
        }
        Home home = moved && homes.size() == 1 ? homes.iterator().next() : new Home("", "", "");
        return new ImageHome(
                home.registry(),
                home.path(),
                home.prefix(),
                pullSecrets(workloads, accounts),
                places,
                List.copyOf(unclear));
    }

    private static Optional<Home> home(String name, ImageReference has) {
        String location = has.fullLocation();
        int host = location.indexOf('/');
        int last = location.lastIndexOf('/');
        return last > host && has.shortName().endsWith(name)
                ? Optional.of(new Home(
                        location.substring(0, host + 1),
                        location.substring(host + 1, last),
                        has.shortName().substring(0, has.shortName().length() - name.length())))
                : Optional.empty();
    }

    private static List<String> pullSecrets(
            Collection<? extends JsonNode> workloads, Collection<? extends JsonNode> accounts) {
        Set<String> names = new TreeSet<>();
        Set<String> used = new TreeSet<>();
        for (JsonNode workload : workloads) {
            JsonNode pod = workload.at("/spec/template/spec");
            pod.path("imagePullSecrets").forEach(each -> names.add(Json.text(each, "name")));
            used.add(Json.text(pod, "serviceAccountName"));
        }
        accounts.stream()
                .filter(account -> used.contains(ObjectKey.of(account).name()))
                .forEach(account ->
                        account.path("imagePullSecrets").forEach(each -> names.add(Json.text(each, "name"))));
        return List.copyOf(names);
    }

    /** The Installation to create: the operator fills in the rest from what runs. */
    public ObjectNode installation() {
        ObjectNode installation =
                Json.object().put("apiVersion", "operator.tigera.io/v1").put("kind", "Installation");
        installation.putObject("metadata").put("name", "default");
        ObjectNode spec = installation.putObject("spec");
        put(spec, "registry", registry);
        put(spec, "imagePath", imagePath);
        put(spec, "imagePrefix", imagePrefix);
        if (!pullSecrets.isEmpty()) {
            ArrayNode secrets = spec.putArray("imagePullSecrets");
            pullSecrets.forEach(name -> secrets.addObject().put("name", name));
        }
        return installation;
    }

    private static void put(ObjectNode spec, String field, String value) {
        if (!value.isEmpty()) {
            spec.put(field, value);
        }
    }
}
