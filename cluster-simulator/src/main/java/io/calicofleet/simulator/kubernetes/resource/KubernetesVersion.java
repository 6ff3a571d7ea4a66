package io.calicofleet.simulator.kubernetes.resource;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Kubernetes, which decides what API versions a cluster serves.
 *
 * @param minor the n of 1.n
 * @param patch the last number
 */
public record KubernetesVersion(int minor, int patch) {

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

    @Override
    public String toString() {
        return "v1." + minor + "." + patch;
    }
}
