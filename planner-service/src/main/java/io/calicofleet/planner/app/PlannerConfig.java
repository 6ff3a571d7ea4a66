package io.calicofleet.planner.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The settings of the planner; {@code docs/reference/settings-planner.md} lists them with their environment variables. */
@ConfigMapping(prefix = "planner")
public interface PlannerConfig {

    /** The decisions: Kafka Streams. */
    Streams streams();

    /** Connections and requests; their size is limited by Quarkus' own settings. */
    Http http();

    /** Who may ask for what. */
    Access access();

    /** The commands people send. */
    Commands commands();

    /** Campaigns that are over. */
    Campaigns campaigns();

    /** The live stream of events. */
    Live live();

    /** The topics. */
    Topics topics();

    /** The log. */
    Log log();

    /**
     * How often time passes for campaigns. At a tick soaks end, and statuses that changed without a change of phase are
     * published; others are published at once.
     */
    @WithDefault("PT1S")
    Duration tick();

    /** How long a stop may take: decisions under way are committed, commands on their way are acknowledged. */
    @WithDefault("PT10S")
    Duration stopGrace();

    /** Kafka Streams. */
    interface Streams {

        /**
         * The application id: consumer group, prefix of changelog topics and of transactional ids. All instances of one
         * planner share it.
         */
        @WithDefault("calico-fleet-planner")
        String applicationId();

        /** How often decisions are committed. A step asked for where few others are is committed at once. */
        @WithDefault("PT0.1S")
        Duration commitInterval();

        /** How long one poll waits for records; a commit that is due waits for the poll to end. */
        @WithDefault("PT0.01S")
        Duration pollInterval();

        /** How long the producer waits for a batch to fill; a commit sends what waits at once. */
        @WithDefault("PT0.1S")
        Duration linger();

        /** Where Kafka Streams may keep files; the state itself is in memory and in its changelog. */
        @WithDefault("${java.io.tmpdir}/calico-fleet/planner")
        String stateDirectory();

        /** Number of threads; one is plenty, since one campaign is decided on one thread anyway. */
        @WithDefault("1")
        int threads();

        /** Copies of the state on other instances, for a takeover that need not read the changelog first. */
        @WithDefault("0")
        int standbys();

        /** After which time without a sign of life an instance is given up and another takes over. */
        @WithDefault("PT6S")
        Duration sessionTimeout();

        /** After which time a transaction left open by a killed instance is rolled back. */
        @WithDefault("PT5S")
        Duration transactionTimeout();
    }

    /** Connections and requests. */
    interface Http {

        /** How long a client may take from the opening of a connection, or the first byte of a next request, to the end of the header. */
        @WithDefault("PT10S")
        Duration headerTimeout();

        /** How long a request may take from then until its answer is read; live streams have limits of their own. */
        @WithDefault("PT60S")
        Duration requestTimeout();

        /**
         * The names and addresses it is called by, without ports, beside those of this machine. Absent: where it listens on the loopback
         * address, those of this machine alone; elsewhere any.
         */
        Optional<Set<String>> hosts();

        /** Whether the API can be tried in a browser, at {@code /q/swagger-ui}; what is tried there is done. */
        @WithDefault("false")
        boolean swaggerUi();

        /** TLS at the port of REST. */
        Tls tls();

        /** What it shows who it is by. The files are read anew each minute, so that a certificate can be renewed. */
        interface Tls {

            /**
             * The file of its certificate and those between it and the authority's, PEM; it then speaks TLS and nothing else at the port of
             * REST. Absent: plain HTTP.
             */
            Optional<Path> certificate();

            /** The file of the certificate's key, PEM and PKCS #8. */
            Optional<Path> key();
        }
    }

    /** Access. */
    interface Access {

        /**
         * The file of tokens by which the planner itself knows people, a line each: {@code NAME TOKEN}. Absent, where it listens on the
         * loopback address and no OpenID provider is set: {@code .calico-fleet/token} of the user's home, made at the first start.
         */
        Optional<Path> tokenFile();

        /** The file that says who has which role for what. Absent: everybody with a token of the planner's own is admin. */
        Optional<Path> file();

        /** The file of people's passkeys, by which approvals are signed. Absent: there are none. */
        Optional<Path> passkeys();

        /** An OpenID provider whose tokens count. */
        Oidc oidc();

        /** An OpenID provider. */
        interface Oidc {

            /** Its address, as its tokens have it. Absent: there is none. */
            Optional<String> issuer();

            /** The audience that a token has to be for. */
            @WithDefault("calico-fleet")
            String audience();

            /**
             * The claim with what people are called, in rules too: one that nobody can choose for themselves. Where a token has none, its
             * subject is the name.
             */
            @WithDefault("preferred_username")
            String nameClaim();

            /** The claim with the groups somebody is in. */
            @WithDefault("groups")
            String groupsClaim();

            /** The public client as which the command line and the page log in. */
            @WithDefault("calico-fleet")
            String clientId();

            /** What they ask for. */
            @WithDefault("openid profile offline_access")
            String scopes();

            /**
             * Addresses of the provider that have another origin than the issuer, such as its token endpoint: the page may ask them too.
             */
            Optional<List<String>> origins();
        }
    }

    /** Commands. */
    interface Commands {

        /** How long the broker may take to acknowledge a command before the caller is told that it did not. */
        @WithDefault("PT10S")
        Duration timeout();
    }

    /** Campaigns that are over. */
    interface Campaigns {

        /**
         * How long a campaign is kept after its last change once it is over: succeeded, aborted, failed or refused. Then it is deleted
         * as by {@code delete}; {@code P0D}: it is kept until a person deletes it.
         */
        @WithDefault("P90D")
        Duration keep();
    }

    /** The live stream. */
    interface Live {

        /** How many streams one instance serves at once; more are answered with 503. */
        @WithDefault("1000")
        int maxClients();

        /** How many events may wait for one client before it is cut off as too slow; of them, no more than 16 MiB. */
        @WithDefault("4096")
        int buffer();

        /** How often a silent stream sends a comment, so that proxies keep it open. */
        @WithDefault("PT15S")
        Duration keepAlive();

        /** How long a client may take to read one event before it is cut off. */
        @WithDefault("PT30S")
        Duration writeTimeout();
    }

    /** Topics. */
    interface Topics {

        /** Copies of each partition of topics created here; absent: what the broker has as its default. */
        Optional<Short> replicationFactor();
    }

    /** Log. */
    interface Log {

        /** Whether log entries are JSON objects, in the profile {@code prod}; elsewhere they are plain lines. */
        @WithDefault("true")
        boolean json();
    }
}
