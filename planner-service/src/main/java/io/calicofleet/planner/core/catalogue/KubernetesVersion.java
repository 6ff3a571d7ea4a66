package io.calicofleet.planner.core.catalogue;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A minor release of Kubernetes; patches make no difference to Calico.
 *
 * @param major the first number
 * @param minor the second number
 */
public record KubernetesVersion(int major, int minor) implements Comparable<KubernetesVersion> {

    private static final Pattern FORM = Pattern.compile("v?([1-9]\\d{0,5})\\.(\\d{1,6})(?:[.+-].*)?");
    private static final Comparator<KubernetesVersion> ORDER =
            Comparator.comparingInt(KubernetesVersion::major).thenComparingInt(KubernetesVersion::minor);

    /**
     * Reads {@code v1.21.14}, {@code 1.21}, {@code v1.27.3-gke.100}, {@code 1.21+}; empty for
     * anything else, such as the {@code v0.0.0-master} of a build without a tag.
     */
    public static Optional<KubernetesVersion> tryParse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(
                        new KubernetesVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /**
     * Like {@link #tryParse}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static KubernetesVersion parse(String text) {
        return tryParse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + text + "' is no Kubernetes version: write it like 1.21"));
    }

    /** Whether it is older than {@code other}. */
    public boolean isBefore(KubernetesVersion other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(KubernetesVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
