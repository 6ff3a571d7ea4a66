package io.calicofleet.model.image;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * From where a cluster has its images, so that everything a release brings comes from there, too: a cluster without a way
 * to a public registry needs a new container from its private one like all the others.
 *
 * <ol>
 *   <li>Learn from what runs: where the release has an image, and where the cluster has it.
 *   <li>An image that runs already is where it is. Where the release itself moved it, such as from docker.io to quay.io or
 *       flannel from {@code coreos} to {@code flannel}, its new name is read by the layout of the registry.
 *   <li>An image that does not run yet is where the layout of all the others puts it.
 *   <li>Where people moved some and not others, or to several places, nobody can tell for an image that does not run yet.
 *   <li>Calico publishes its images on docker.io and on quay.io, and its manifests went from one to the other. Where the file
 *       installed is not known, nobody can tell whether people chose the one their images come from.
 * </ol>
 */
public final class ImagePlaces {

    private final List<Sample> samples = new ArrayList<>();

    /** Where an image is to come from. */
    public sealed interface Place {

        /** It is known. */
        record At(String location) implements Place {
            public At {
                requireNonNull(location, "location");
            }
        }

        /**
         * It cannot be told.
         *
         * @param candidates where it may be: those of people first, where it is published last
         */
        record Unclear(List<String> candidates) implements Place {
            public Unclear {
                candidates = List.copyOf(candidates);
            }
        }
    }

    private record Sample(ImageReference published, boolean proven, ImageReference has) {

        boolean isMoved() {
            return !has.fullLocation().equals(published.fullLocation());
        }

        /** Whether the release installed has its own images in the registry that this one is in. */
        boolean isHomeOf(ImageReference other) {
            return proven && !isMoved() && registry(has).equals(registry(other));
        }

        Set<ImageLayout> layouts() {
            return ImageLayout.between(published, proven, has);
        }
    }

    /**
     * Learns from a container.
     *
     * @param published the image as a release names it
     * @param proven whether that is the release installed; else where it is published may have changed meanwhile
     * @param has the image in the cluster
     */
    public void learn(ImageReference published, boolean proven, ImageReference has) {
        boolean atHome = !proven && CalicoImages.isPublished(has) && !hasLeft(published, has);
        samples.add(new Sample(atHome ? has : published, proven, has));
    }

    /** Calico went from docker.io to quay.io; what is there before, people have put there. */
    private static boolean hasLeft(ImageReference published, ImageReference has) {
        return has.fullLocation().startsWith("quay.io/calico/")
                && published.fullLocation().startsWith("docker.io/");
    }

    /** Whether a registry can have it so: the name says what it is. */
    public static boolean isNamedAs(ImageReference published, boolean proven, ImageReference has) {
        return has.fullLocation().equals(published.fullLocation())
                || !ImageLayout.between(published, proven, has).isEmpty();
    }

    /** From where an image of the target comes that runs in this container already. */
    public Place of(ImageReference published, boolean proven, ImageReference has, ImageReference target) {
        ImagePlaces own = new ImagePlaces();
        own.learn(published, proven, has);
        String place = relocate(own.samples.getFirst(), target);
        Optional<String> elsewhere =
                place.equals(target.location()) ? elsewhere(own.samples, target) : Optional.empty();
        return elsewhere
                .<Place>map(there -> new Place.Unclear(List.of(there, place)))
                .orElseGet(() -> new Place.At(place));
    }

    /**
     * Where the same publisher has an image of the target, too, in the registry that some of these run from; empty where
     * the release installed is known to have its images there, so that the target's are where it moved them.
     */
    private Optional<String> elsewhere(List<Sample> running, ImageReference target) {
        return running.stream()
                .filter(sample -> !sample.proven() && samples.stream().noneMatch(other -> other.isHomeOf(sample.has())))
                .filter(sample -> folder(sample.has()).equals(folder(target)))
                .map(sample -> registry(sample.has()) + path(target))
                .filter(there -> !there.equals(target.fullLocation())
                        && CalicoImages.isPublished(ImageReference.parse(there))
                        && CalicoImages.isPublished(target))
                .findFirst();
    }

    private static String registry(ImageReference image) {
        return image.fullLocation().substring(0, image.fullLocation().indexOf('/'));
    }

    /** From the slash behind the registry on. */
    private static String path(ImageReference image) {
        return image.fullLocation().substring(image.fullLocation().indexOf('/'));
    }

    private static String folder(ImageReference image) {
        return path(image).substring(0, path(image).lastIndexOf('/') + 1);
    }

    /** From where an image of the target comes that does not run yet in this container. */
    public Place of(ImageReference target) {
        Set<String> same = new LinkedHashSet<>();
        samples.stream()
                .filter(sample -> ImageLayout.identity(sample.published()).equals(ImageLayout.identity(target)))
                .forEach(sample -> same.add(relocate(sample, target)));
        if (same.size() == 1) {
            return new Place.At(same.iterator().next());
        }
        List<Sample> moved = samples.stream().filter(Sample::isMoved).toList();
        if (same.isEmpty() && moved.isEmpty()) {
            return elsewhere(samples, target)
                    .<Place>map(there -> new Place.Unclear(List.of(there, target.location())))
                    .orElseGet(() -> new Place.At(target.location()));
        }
        Set<String> candidates = same;
        if (same.isEmpty()) {
            Set<ImageLayout> common = common();
            if (moved.size() == samples.size() && !common.isEmpty()) {
                return new Place.At(common.iterator().next().locationOf(target));
            }
            moved.forEach(sample ->
                    sample.layouts().stream().limit(1).forEach(layout -> candidates.add(layout.locationOf(target))));
        }
        candidates.remove(target.location());
        candidates.remove(target.fullLocation());
        List<String> all = new ArrayList<>(candidates);
        all.add(target.location());
        return all.size() == 1 ? new Place.At(target.location()) : new Place.Unclear(all);
    }

    /** The layouts by which everything that was moved is where it is; most telling first. */
    private Set<ImageLayout> common() {
        Set<ImageLayout> common = new LinkedHashSet<>();
        boolean first = true;
        for (Sample sample : samples) {
            Set<ImageLayout> layouts = sample.isMoved() ? sample.layouts() : Set.of();
            if (!layouts.isEmpty()) {
                if (first) {
                    common.addAll(layouts);
                } else {
                    common.retainAll(layouts);
                }
                first = false;
            }
        }
        return common;
    }

    private String relocate(Sample sample, ImageReference target) {
        if (!sample.isMoved()) {
            return target.location();
        }
        if (sample.proven() && sample.published().fullLocation().equals(target.fullLocation())) {
            return sample.has().location();
        }
        Set<ImageLayout> own = sample.layouts();
        Set<ImageLayout> agreed = new LinkedHashSet<>(own);
        agreed.retainAll(common());
        Optional<ImageLayout> layout =
                (agreed.isEmpty() ? own : agreed).stream().findFirst();
        return layout.map(found -> found.locationOf(target))
                .filter(location -> !location.equals(sample.has().fullLocation()))
                .orElse(sample.has().location());
    }
}
