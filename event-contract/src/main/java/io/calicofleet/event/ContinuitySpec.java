package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How it is measured that packets flow while the nodes of a cluster roll, and what is too much.
 *
 * @param image the image of the prober, with busybox's sh, awk, wget, timeout, nslookup and httpd; one that names no registry comes from where the images of Calico do
 * @param maxGap the longest time a path may be without an answer
 * @param maxLossPercent how many percent more of the attempts of a node may be lost than in the baseline
 * @param baseline how long it is measured before the first node rolls
 * @param required whether a cluster that cannot be measured is not upgraded; false: it is, and the verdict says that nothing was measured
 * @param namespace where the prober is; null for kube-system
 * @param tolerations of its pods; null for those of calico-node
 */
public record ContinuitySpec(
        String image,
        Duration maxGap,
        int maxLossPercent,
        Duration baseline,
        boolean required,
        @Nullable String namespace,
        @Nullable List<Toleration> tolerations) {

    /** Where the prober is where nothing is said. */
    public static final String NAMESPACE = "kube-system";

    /** What holds where nothing is said. */
    public static final ContinuitySpec DEFAULT =
            new ContinuitySpec("busybox:1.36.1", Duration.ofSeconds(5), 1, Duration.ofSeconds(30), true);

    /** One in kube-system, that bears what calico-node does. */
    public ContinuitySpec(String image, Duration maxGap, int maxLossPercent, Duration baseline, boolean required) {
        this(image, maxGap, maxLossPercent, baseline, required, null, null);
    }

    public ContinuitySpec {
        requireNonNull(image, "image");
        Durations.bounded(maxGap, "maxGap");
        Durations.bounded(baseline, "baseline");
        if (maxLossPercent < 0 || maxLossPercent > 100) {
            throw new IllegalArgumentException("maxLossPercent is " + maxLossPercent + ": from 0 to 100");
        }
        tolerations = tolerations == null ? null : List.copyOf(tolerations);
    }

    /** The namespace of the prober. */
    public String proberNamespace() {
        return namespace == null ? NAMESPACE : namespace;
    }
}
