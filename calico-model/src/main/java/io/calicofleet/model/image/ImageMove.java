package io.calicofleet.model.image;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the image of one container in an upgrade, once it is known from where it comes. Only the version is left
 * to decide:
 *
 * <pre>
 * the cluster has                                        it becomes
 *   what the release installed says                      the target's
 *   the target's tag already, be it with a digest        what it is
 *   of Calico, a release not newer than the target's     the target's: a tag alone that differs is no conflict
 *   of Calico, a build of a release, such as v3.22.5-fips   asked: the same build of the target, or the target's
 *   of Calico, with a digest or any other tag            asked: the target's, whatever the answer, for an old image of
 *                                                        Calico beside new ones is no upgrade
 *   not of Calico, and the target's is as before         what it is
 *   not of Calico, nothing known of before, older        the target's
 *   not of Calico, anything else                         asked: what it is, or the target's
 * </pre>
 */
public sealed interface ImageMove {

    /** The container of the operator, whose version belongs to a release of Calico like the rest. */
    String OPERATOR = "tigera-operator";

    /** Nothing is to be asked. */
    record Take(ImageReference image) implements ImageMove {
        public Take {
            requireNonNull(image, "image");
        }
    }

    /**
     * A person decides.
     *
     * @param keep what it becomes where they keep theirs
     * @param take what it becomes where they take the target's
     * @param why why it is asked, a sentence
     */
    record Ask(ImageReference keep, ImageReference take, String why) implements ImageMove {
        public Ask {
            requireNonNull(keep, "keep");
            requireNonNull(take, "take");
            requireNonNull(why, "why");
        }
    }

    /**
     * Decides about one container.
     *
     * @param container its name
     * @param was the image the release installed says; null where that is not known, or it had no such container
     * @param has the image in the cluster
     * @param wants the target's image, from where this cluster is to have it
     */
    static ImageMove of(String container, @Nullable ImageReference was, ImageReference has, ImageReference wants) {
        boolean calico = isOfRelease(container, has) && isOfRelease(container, wants);
        if (was != null && was.version().equals(has.version())) {
            return new Take(wants);
        }
        if (has.version().equals(wants.version())
                || (!has.tag().isEmpty() && has.tag().equals(wants.tag()))) {
            return new Take(has.digest().isEmpty() ? wants : has.at(wants.location()));
        }
        if (calico) {
            return ofCalico(has, wants);
        }
        if (was != null && was.version().equals(wants.version())) {
            return new Take(has.at(wants.location()));
        }
        boolean related = CalicoImages.isPublished(has) || has.lastWord().equals(wants.lastWord());
        if (was == null && related && isNotNewer(has, wants)) {
            return new Take(wants);
        }
        return new Ask(
                has,
                wants,
                was == null && !related
                        ? "It runs another image than the release has in this container."
                        : "You chose another version of it than the release installed had, and the target has a new one.");
    }

    /** Whether its tag is the version of a release of Calico, or belongs to one. */
    private static boolean isOfRelease(String container, ImageReference image) {
        return container.equals(OPERATOR)
                || CalicoImages.isCalico(container, image.toString())
                || CalicoImages.isCalicoctl(image.toString());
    }

    private static ImageMove ofCalico(ImageReference has, ImageReference wants) {
        if (isNotNewer(has, wants)) {
            return new Take(wants);
        }
        Optional<CalicoVersion> version = CalicoVersion.tryParse(has.tag());
        if (has.digest().isEmpty() && version.filter(CalicoImages::isBuild).isPresent()) {
            String build = version.get().preRelease();
            ImageReference same = new ImageReference(wants.location(), wants.tag() + "-" + build, "");
            return new Ask(same, wants, "You run the build " + build + " of Calico, and the target is named without.");
        }
        String pinned = !has.digest().isEmpty()
                ? "You pinned it by its digest, which is that of another release."
                : version.isEmpty()
                        ? "Its tag names no release, so what runs there cannot be told."
                        : version.get().preRelease().isEmpty()
                                ? "It is newer than the target."
                                : "You run a build of your own.";
        return new Ask(
                wants,
                wants,
                pinned + " Either answer puts the target's tag in its place, from where you have the image: Calico of"
                        + " two releases is no upgrade.");
    }

    /** Whether it is a plain release, and not a later one than the target's. */
    private static boolean isNotNewer(ImageReference has, ImageReference wants) {
        Optional<CalicoVersion> version = CalicoVersion.tryParse(has.tag());
        Optional<CalicoVersion> target = CalicoVersion.tryParse(wants.tag());
        return has.digest().isEmpty()
                && version.isPresent()
                && version.get().preRelease().isEmpty()
                && target.isPresent()
                && version.get().compareTo(target.get()) <= 0;
    }
}
