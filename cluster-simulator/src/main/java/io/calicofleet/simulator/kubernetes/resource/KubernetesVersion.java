package io.calicofleet.simulator.kubernetes.resource;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Kubernetes, which decides what API versions a cluster serves.
 *
 * @param minor the n of 1.n
 * @param patch the last number
 */
public record KubernetesVersion(int minor, int patch) {

    /** The oldest whose API the simulator knows: the first with {@code apiextensions.k8s.io/v1}. */
    public static final KubernetesVersion OLDEST = new KubernetesVersion(16, 0);

    /** The newest: the last in which a type or a field came that the simulator knows of. */
    public static final KubernetesVersion NEWEST = new KubernetesVersion(36, 0);

    private static final Pattern WRITTEN =
            Pattern.compile("v?1\\.(\\d{1,3})(?:\\.(\\d{1,4}))?(?:[-+][0-9A-Za-z.+-]{1,60})?");
    private static final Pattern FORM = Pattern.compile("v?1\\.(\\d+)(?:\\.(\\d+))?.*");

    /** Reads {@code v1.21.14}. */
    public static KubernetesVersion parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a Kubernetes version like v1.21.14: " + text);
        }
        String patch = matcher.group(2);
        return new KubernetesVersion(Integer.parseInt(matcher.group(1)), patch == null ? 0 : Integer.parseInt(patch));
    }

    /** Reads what a person writes, such as {@code v1.27} or {@code 1.27.3}; empty where it is no version the simulator knows. */
    public static Optional<KubernetesVersion> known(String text) {
        return WRITTEN.matcher(text).matches()
                ? Optional.of(parse(text))
                        .filter(version -> version.minor >= OLDEST.minor && version.minor <= NEWEST.minor)
                : Optional.empty();
    }

    /** Without the last number: {@code v1.27}. */
    public String line() {
        return "v1." + minor;
    }

    @Override
    public String toString() {
        return "v1." + minor + "." + patch;
    }
}
