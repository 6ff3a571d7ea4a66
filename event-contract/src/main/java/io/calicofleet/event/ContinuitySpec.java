package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How it is measured that packets flow while the nodes of a cluster roll, and what is too much.
 *
 * @param image the image of the prober, with busybox's sh, awk, wget, timeout, nslookup, nc, mkfifo and httpd; one that names no registry comes from where the images of Calico do
 * @param maxGap the longest time a path may be without an answer
 * @param maxLossPercent how many percent more of the attempts of a node may be lost than in the baseline
 * @param baseline how long it is measured before the first node rolls
 * @param required whether a cluster that cannot be measured is not upgraded; false: it is, and the verdict says that nothing was measured
 * @param namespace where the prober is; null for kube-system
 * @param tolerations of its pods; null for those of calico-node
 * @param hostPaths whether paths from the network of the hosts are measured too; null: where possible
 * @param hostPort the TCP port that the prober listens on in the network of each host; null for {@link #HOST_PORT}
 * @param maxBreaks how many times the kept connections of a node, of one kind of path, may break
 */
public record ContinuitySpec(
        String image,
        Duration maxGap,
        int maxLossPercent,
        Duration baseline,
        boolean required,
        @Nullable String namespace,
        @Nullable List<Toleration> tolerations,
        @Nullable HostPaths hostPaths,
        @Nullable Integer hostPort,
        int maxBreaks) {

    /** Where the prober is where nothing is said. */
    public static final String NAMESPACE = "kube-system";

    /** What it listens on on the hosts where nothing is said: no failsafe port of any release of Calico. */
    public static final int HOST_PORT = 8099;

    /** The TCP port that its pods listen on in the network of the pods. */
    public static final int POD_PORT = 8099;

    /** What holds where nothing is said. */
    public static final ContinuitySpec DEFAULT =
            new ContinuitySpec("busybox:1.36.1", Duration.ofSeconds(5), 1, Duration.ofSeconds(30), true);

    /** One in kube-system, that bears what calico-node does, with paths of the hosts where possible. */
    public ContinuitySpec(String image, Duration maxGap, int maxLossPercent, Duration baseline, boolean required) {
        this(image, maxGap, maxLossPercent, baseline, required, null, null, null, null, 0);
    }

    public ContinuitySpec {
        requireNonNull(image, "image");
        Durations.bounded(maxGap, "maxGap");
        Durations.bounded(baseline, "baseline");
        if (maxLossPercent < 0 || maxLossPercent > 100) {
            throw new IllegalArgumentException("maxLossPercent is " + maxLossPercent + ": from 0 to 100");
        }
        if (hostPort != null && (hostPort < 1 || hostPort > 65535)) {
            throw new IllegalArgumentException("hostPort is " + hostPort + ": from 1 to 65535");
        }
        if (maxBreaks < 0) {
            throw new IllegalArgumentException("maxBreaks is " + maxBreaks + ": 0 or more");
        }
        tolerations = tolerations == null ? null : List.copyOf(tolerations);
    }

    /** The namespace of the prober. */
    public String proberNamespace() {
        return namespace == null ? NAMESPACE : namespace;
    }

    /** The same elsewhere, with these tolerations; null for each where nothing is said. */
    public ContinuitySpec in(@Nullable String where, @Nullable List<Toleration> borne) {
        return new ContinuitySpec(
                image, maxGap, maxLossPercent, baseline, required, where, borne, hostPaths, hostPort, maxBreaks);
    }

    /** The same with these paths of the hosts, on this port. */
    public ContinuitySpec withHosts(HostPaths paths, int port) {
        return new ContinuitySpec(
                image, maxGap, maxLossPercent, baseline, required, namespace, tolerations, paths, port, maxBreaks);
    }

    /** Whether paths from the network of the hosts are measured too. */
    public HostPaths hosts() {
        return hostPaths == null ? HostPaths.WHERE_POSSIBLE : hostPaths;
    }

    /** The TCP port that the prober listens on in the network of each host. */
    public int port() {
        return hostPort == null ? HOST_PORT : hostPort;
    }
}
