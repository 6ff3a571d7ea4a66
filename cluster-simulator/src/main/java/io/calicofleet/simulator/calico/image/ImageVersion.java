package io.calicofleet.simulator.calico.image;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.image.ImageReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version an image's tag says.
 *
 * @param major of v3.13.4 the 3
 * @param minor the 13
 * @param text the whole tag
 */
public record ImageVersion(int major, int minor, String text) {

    private static final Pattern TAG = Pattern.compile("(v(\\d+)\\.(\\d+).*)");

    /** Reads an image; version 0.0 where its tag says nothing. */
    public static ImageVersion of(String image) {
        Matcher matcher = TAG.matcher(ImageReference.parse(image).tag());
        return matcher.matches()
                ? new ImageVersion(
                        Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)), matcher.group(1))
                : new ImageVersion(0, 0, "");
    }

    /** As a release of Calico; patch 0 where the tag has none. */
    public CalicoVersion release() {
        return CalicoVersion.tryParse(text).orElseGet(() -> CalicoVersion.of(major, minor, 0));
    }

    /** Whether it is this release or a later one. */
    public boolean atLeast(int otherMajor, int otherMinor) {
        return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }
}
