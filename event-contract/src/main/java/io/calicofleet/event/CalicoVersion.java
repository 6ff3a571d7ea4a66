package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of Calico, ordered as releases are. A pre-release comes before its release; pre-releases of one release are
 * ordered as text.
 *
 * @param major the first number
 * @param minor the second number
 * @param patch the third number
 * @param preRelease what follows the first {@code -}, such as {@code 0.dev}; empty for a release
 */
public record CalicoVersion(int major, int minor, int patch, String preRelease) implements Comparable<CalicoVersion> {

    private static final Pattern FORM = Pattern.compile("v?(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})(?:-([0-9A-Za-z.-]+))?");
    private static final Comparator<CalicoVersion> ORDER = Comparator.comparingInt(CalicoVersion::major)
            .thenComparingInt(CalicoVersion::minor)
            .thenComparingInt(CalicoVersion::patch)
            .thenComparing(version -> version.preRelease().isEmpty() ? 1 : 0)
            .thenComparing(CalicoVersion::preRelease);

    public CalicoVersion {
        requireNonNull(preRelease, "preRelease");
    }

    /** The release {@code vMAJOR.MINOR.PATCH}. */
    public static CalicoVersion of(int major, int minor, int patch) {
        return new CalicoVersion(major, minor, patch, "");
    }

    /**
     * Reads {@code v3.22.5}, with or without the {@code v}.
     *
     * @throws IllegalArgumentException where the text has another form
     */
    @JsonCreator
    public static CalicoVersion parse(String text) {
        return tryParse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + text + "' is no Calico version: write it like v3.22.5"));
    }

    /** Like {@link #parse}, for text that may well be something else: an image's tag, a datastore's field. */
    public static Optional<CalicoVersion> tryParse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new CalicoVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                matcher.group(4) == null ? "" : matcher.group(4)));
    }

    /** Whether this is before the first release of {@code major.minor}; its pre-releases count as that release. */
    public boolean isBefore(int otherMajor, int otherMinor) {
        return major != otherMajor ? major < otherMajor : minor < otherMinor;
    }

    /** {@code v3.22}: the release line. */
    public String line() {
        return "v" + major + "." + minor;
    }

    @Override
    public int compareTo(CalicoVersion other) {
        return ORDER.compare(this, other);
    }

    @JsonValue
    @Override
    public String toString() {
        return "v" + major + "." + minor + "." + patch + (preRelease.isEmpty() ? "" : "-" + preRelease);
    }
}
