package io.calicofleet.executor.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of the executor. {@code docs/reference/settings-executor.md} lists them. */
@ConfigMapping(prefix = "executor")
public interface ExecutorConfig {

    /** The name of this executor, in events, leases and logs; the host's name where it is not set. */
    Optional<String> id();

    /** The consumer group; executors that serve the same clusters share one, others must not. */
    @WithDefault("calico-fleet-executor")
    String group();

    /** The directory with one kubeconfig per cluster; without it no real cluster is served. */
    Optional<Path> kubeconfigs();

    /** How often that directory is looked at. */
    @WithDefault("PT2S")
    Duration kubeconfigsEvery();

    /**
     * The programs that kubeconfigs may sign in with, named as their {@code command} names them: {@code aws,gke-gcloud-auth-plugin,kubelogin}; none where
     * it is not set.
     */
    Optional<List<String>> execPlugins();

    /** Where else clusters are found: in what other tools keep in a management cluster. */
    Sources sources();

    /** The releases: a directory or a URL with version/file.yaml under it; Calico's own addresses where it is not set. */
    Optional<String> releases();

    /** The hosts from which releases and charts may be fetched, redirects included: `quay.io,*.quay.io`; any but those of clouds' metadata where it is not set. */
    Optional<List<String>> allowedHosts();

    /** The file of people's passkeys, with the rules of which clusters are not changed without their signatures. Absent: none are. */
    Optional<Path> passkeys();

    /** Where downloads and checksums of releases are kept. */
    @WithDefault("${user.home}/.cache/calico-fleet/releases")
    Path cache();

    /** How many drill clusters to serve: drill-00001 and on, with no Kubernetes behind them. */
    @WithDefault("0")
    int drillClusters();

    /** The log. */
    Log log();

    /** Requests to API servers. */
    Requests requests();

    /** The lease of a cluster. */
    Lease lease();

    /** Observations. */
    Observe observe();

    /** How often each cluster is announced, changes apart. */
    @WithDefault("PT1M")
    Duration announceEvery();

    /** How long a step may wait for its cluster's kubeconfig to appear. */
    @WithDefault("PT10S")
    Duration clusterGrace();

    /** How long a stopping executor waits for steps to let go. */
    @WithDefault("PT10S")
    Duration stopWithin();

    /** How long the producer waits for more messages to send together. */
    @WithDefault("PT0.001S")
    Duration linger();

    /** Where else clusters are found: in what other tools keep in a management cluster. */
    interface Sources {

        /** The kubeconfig of the management cluster; absent: it is the cluster that the executor runs in, as its own ServiceAccount. */
        Optional<Path> kubeconfig();

        /** How often it is asked. */
        @WithDefault("PT10S")
        Duration every();

        /** The namespaces whose Secrets of Argo CD clusters are clusters of the fleet: `argocd`. */
        Optional<List<String>> argoCd();

        /** The namespaces whose kubeconfigs of Cluster API are clusters of the fleet. */
        Optional<List<String>> clusterApi();

        /** The namespaces whose ClusterProfiles of the cluster inventory API are clusters of the fleet. */
        Optional<List<String>> clusterProfiles();

        /** The JSON file of the programs that sign in to clusters of ClusterProfiles, by access provider, as that API's own library reads it. */
        Optional<Path> accessProviders();

        /** The folder for the kubeconfigs made of them, for this executor alone and emptied when it starts; a temporary one where it is not set. */
        Optional<Path> folder();
    }

    /** The log. */
    interface Log {

        /** Whether log entries are JSON objects, in the profile {@code prod}; elsewhere they are plain lines. */
        @WithDefault("true")
        boolean json();
    }

    /** Requests to API servers. */
    interface Requests {

        /** How long one request may take. */
        @WithDefault("PT10S")
        Duration timeout();

        /** How long an API server that does not answer, or refuses a write, is tried again before the step fails. */
        @WithDefault("PT5M")
        Duration patience();

        /** The longest pause between two tries. */
        @WithDefault("PT10S")
        Duration longestPause();
    }

    /** The lease of a cluster. */
    interface Lease {

        /** How long it outlives an executor that died, for others than its own next run on the same machine. */
        @WithDefault("PT6S")
        Duration duration();

        /** How long to wait for one that another executor holds before the step fails. */
        @WithDefault("PT2M")
        Duration patience();
    }

    /** Observations. */
    interface Observe {

        /** The steady interval. */
        @WithDefault("PT10S")
        Duration every();

        /** How long changes are gathered before the next observation. */
        @WithDefault("PT0.15S")
        Duration settle();

        /** How soon a changed observation is repeated. */
        @WithDefault("PT1S")
        Duration secondLook();

        /** How long after the limit of a step to go on without a verdict. */
        @WithDefault("PT2M")
        Duration grace();
    }
}
