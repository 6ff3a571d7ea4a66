package io.calicofleet.executor.core.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.merge.Likeness;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what is installed, and proves it.
 *
 * <ol>
 *   <li>An object that a plan of ours wrote carries the release it came from ({@link PlanMark}); the file of that release is
 *       kept in the cluster, and is its base. An image that has been changed since voids the mark.
 *   <li>All others come from one release: the one their images name. Its file is proven where every image of the cluster
 *       says what the file says, whatever registry it comes from, and none says something else. What names no version, such
 *       as a digest, proves nothing and speaks against nothing.
 *   <li>It must be the right file of that release, too: no file for another way to install may fit the objects better.
 * </ol>
 *
 * <p>What is left is unknown, with the reason and what helps. Nothing is assumed; the last-applied annotation is what
 * somebody applied, not what a release says.
 */
public final class BaseProof {

    private final ManifestDocuments live;
    private final List<Placed> candidates;
    private final List<Placed> kept;
    private final List<Placed> flavours;
    private final List<String> looked;
    private final Set<ObjectKey> about;

    /**
     * A proof.
     *
     * @param live the objects of the install as the cluster has them, and those of {@code flavours}
     * @param target the target's file: what it has is asked about
     * @param candidates files that may be what is installed, the likeliest first
     * @param kept the files of releases that we brought to this cluster before
     * @param flavours the files of the same releases for other ways to install
     * @param looked which files were looked for where and are not there
     */
    public BaseProof(
            ManifestDocuments live,
            Placed target,
            List<Placed> candidates,
            List<Placed> kept,
            List<Placed> flavours,
            List<String> looked) {
        this.live = requireNonNull(live, "live");
        this.candidates = List.copyOf(candidates);
        this.kept = List.copyOf(kept);
        this.flavours = List.copyOf(flavours);
        this.looked = List.copyOf(looked);
        this.about = new LinkedHashSet<>(target.documents().keys());
        Stream.concat(candidates.stream(), kept.stream())
                .filter(file -> file.file().file().equals(target.file().file()))
                .forEach(file -> about.addAll(file.documents().keys()));
        about.retainAll(live.keys());
    }

    /** The proof. */
    public Basis prove() {
        Map<ObjectKey, Placed> marked = new LinkedHashMap<>();
        about.forEach(key -> ofMark(key).ifPresent(file -> marked.put(key, file)));
        Set<ObjectKey> others = new LinkedHashSet<>(about);
        others.removeAll(marked.keySet());
        if (others.isEmpty() && marked.isEmpty()) {
            return Basis.NOTHING;
        }
        List<String> why = new ArrayList<>();
        Optional<Placed> found = others.isEmpty() ? Optional.empty() : ofImages(others, marked, why);
        if (found.isPresent()) {
            fitsBetter(found.get(), others).ifPresent(why::add);
        }
        Placed rest = why.isEmpty() ? found.orElse(null) : null;
        return basis(marked, rest, why.isEmpty() ? Set.of() : others, why);
    }

    /** Everything in its place: what marks say first, the proven file for all else. */
    private Basis basis(
            Map<ObjectKey, Placed> marked, @Nullable Placed rest, Set<ObjectKey> unknown, List<String> why) {
        Placed main = rest != null ? rest : mostOf(marked.values());
        Map<ObjectKey, ObjectNode> documents = new LinkedHashMap<>();
        if (main != null && unknown.isEmpty()) {
            documents.putAll(main.documents().objects());
        }
        Set<String> digests = new TreeSet<>();
        marked.forEach((key, file) -> {
            documents.put(key, file.documents().find(key).orElseThrow());
            digests.add(file.file().digest());
        });
        if (main != null) {
            digests.add(main.file().digest());
        }
        List<String> notes = new ArrayList<>();
        Set<String> releases = marked.values().stream()
                .map(file -> file.file().name())
                .filter(name -> rest != null && !name.equals(rest.file().name()))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!releases.isEmpty()) {
            notes.add("an upgrade to " + String.join(" and ", releases) + " was not finished: " + marked.size()
                    + " objects are of it already");
        }
        return new Basis(
                new ManifestDocuments(documents),
                main == null || !unknown.isEmpty() ? null : main.file().name(),
                List.copyOf(digests),
                unknown,
                why,
                notes);
    }

    private static @Nullable Placed mostOf(Collection<Placed> files) {
        return files.stream()
                .collect(Collectors.groupingBy(file -> file, LinkedHashMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    /** The file that wrote an object; empty where it has no mark that holds, or the file is not at hand. */
    private Optional<Placed> ofMark(ObjectKey key) {
        ObjectNode object = live.find(key).orElseThrow();
        return PlanMark.of(object)
                .flatMap(mark -> Stream.concat(kept.stream(), candidates.stream())
                        .filter(file -> file.file().digest().equals(mark.release()))
                        .findFirst())
                .filter(file -> file.documents().find(key).isPresent())
                .filter(file -> !InstalledImages.of(Map.of(key, object)).contradict(file));
    }

    /** The file of the release that the images name; empty where there is none, and {@code why} says why. */
    private Optional<Placed> ofImages(Set<ObjectKey> others, Map<ObjectKey, Placed> marked, List<String> why) {
        InstalledImages images = InstalledImages.of(objects(others));
        if (images.isEmpty()) {
            // Everything that runs was written by us; what was not written was as that release, or the one before,
            // says.
            images = InstalledImages.of(objects(marked.keySet()));
        }
        for (Placed file : Stream.concat(candidates.stream(), kept.stream()).toList()) {
            if (images.prove(file)) {
                return Optional.of(file);
            }
        }
        Set<String> named = images.versions();
        if (named.isEmpty()) {
            why.add("no image of Calico in this cluster names its version (" + String.join(", ", images.all())
                    + "), so no file can be proven to be what was installed");
        } else if (named.size() > 1) {
            why.add("the images of this cluster are of more than one version: " + String.join(", ", named)
                    + "; no one release is what was installed. Finish that upgrade by its own means first, or decide how"
                    + " to go on without");
        }
        for (Placed file : candidates) {
            why.add(file.file().name() + " is not what was installed: "
                    + file.file().said() + ", the cluster runs "
                    + (named.isEmpty() ? "none" : String.join(" and ", named)));
        }
        looked.forEach(place -> why.add("there is no " + place
                + ", and none is kept in the cluster. Put the file there that was installed, as released, or name a place"
                + " that has it (up --releases DIR_OR_URL), then retry"));
        if (why.isEmpty()) {
            why.add("no file of " + String.join(" and ", named) + " is at hand, which the images of this cluster name");
        }
        return Optional.empty();
    }

    /** That another file of the release is more like what the cluster has; empty where none is. */
    private Optional<String> fitsBetter(Placed found, Set<ObjectKey> others) {
        List<Placed> all = new ArrayList<>(List.of(found));
        flavours.stream()
                .filter(file -> file.file().release().equals(found.file().release()))
                .forEach(all::add);
        Set<ObjectKey> known = new LinkedHashSet<>();
        all.forEach(file -> known.addAll(file.documents().keys()));
        known.removeIf(key -> about.contains(key) && !others.contains(key));
        // What they have in common tells none from another.
        Set<ObjectKey> telling =
                Likeness.differing(all.stream().map(Placed::documents).toList());
        telling.retainAll(known);
        Likeness likeness = new Likeness(live, telling);
        int own = likeness.differences(found.documents());
        return all.stream()
                .map(file -> new Fit(file, likeness.differences(file.documents())))
                .filter(fit -> fit.differences() < own)
                .min(Comparator.comparingInt(Fit::differences))
                .map(Fit::file)
                .map(better -> {
                    Likeness whole = new Likeness(live, known);
                    return better.file().name() + " is more like what this cluster has ("
                            + whole.differences(better.documents()) + " fields differ) than "
                            + found.file().name() + " (" + whole.differences(found.documents())
                            + " fields), which its install was taken for; so it is not proven which of them was"
                            + " installed";
                });
    }

    /** How many fields a file and the cluster have not in common. */
    private record Fit(Placed file, int differences) {}

    private Map<ObjectKey, ObjectNode> objects(Set<ObjectKey> keys) {
        Map<ObjectKey, ObjectNode> objects = new LinkedHashMap<>();
        keys.forEach(key -> live.find(key).ifPresent(object -> objects.put(key, object)));
        return objects;
    }

    /** The versions that the images of Calico among these objects name: whose files are worth looking for. */
    public static List<CalicoVersion> versions(ManifestDocuments live) {
        return InstalledImages.of(live.objects()).versions().stream()
                .flatMap(text -> CalicoVersion.tryParse(text).stream())
                .toList();
    }
}
