package io.calicofleet.cli.doctor;

import static io.calicofleet.cli.doctor.Finding.some;

import io.calicofleet.cli.CliException;
import io.calicofleet.kafka.TopicDifference;
import io.calicofleet.kafka.Topics;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/** Kafka: whether it answers, its topics, its clock, its certificates and that of the user who looks. */
final class KafkaLook {

    private static final String PART = "kafka";
    private static final int ANSWER_MILLIS = 10_000;

    private final Supplier<Map<String, Object>> settings;
    private final InstantSource clock;

    /**
     * A look.
     *
     * @param settings of clients; throws {@link CliException} where there are none, or nobody answers
     */
    KafkaLook(Supplier<Map<String, Object>> settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    Seen look() throws InterruptedException {
        Map<String, Object> client;
        try {
            client = new HashMap<>(settings.get());
        } catch (CliException e) {
            return Seen.of(List.of(Finding.bad(
                    PART, e.text(), "Name it with --bootstrap-servers, and who you are with --kafka-settings")));
        }
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
        List<Finding> findings = new ArrayList<>();
        List<ClockReading> clocks = new ArrayList<>();
        Set<String> servers = new LinkedHashSet<>(
                Arrays.asList(String.valueOf(client.get("bootstrap.servers")).split("\\s*,\\s*", -1)));
        try (Admin admin = Admin.create(client)) {
            List<Finding> topics = topics(admin);
            findings.addAll(
                    topics.isEmpty() ? List.of(Finding.ok(PART, "answers, and all topics are as wanted")) : topics);
            clocks.addAll(clock(admin));
            admin.describeCluster().nodes().get().forEach(node -> servers.add(node.host() + ":" + node.port()));
        } catch (KafkaException | IllegalStateException | ExecutionException e) {
            findings.add(Finding.bad(
                    PART,
                    "is not looked at: " + withoutSecrets(said(e), client),
                    "See its brokers, and your rights there"));
        }
        return new Seen(findings, clocks, certificates(client, servers, findings));
    }

    private static List<Finding> topics(Admin admin) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        List<String> missing = Topics.missing(admin);
        if (!missing.isEmpty()) {
            findings.add(Finding.bad(
                    PART,
                    "topics are missing, or not yours to see: " + some(missing),
                    "Start a service that may create them, or apply deploy/kafka/topics.yaml"));
        }
        for (TopicDifference difference : TopicDifference.all(admin)) {
            findings.add(new Finding(
                    PART,
                    difference.loses() ? Finding.State.BAD : Finding.State.LOOK,
                    difference.text(),
                    difference.loses()
                            ? "Services do not go on: docs/operations/kafka.md says how to put it right"
                            : "Set it as wanted"));
        }
        return findings;
    }

    /**
     * That of the controller: of itself it says that it was heard now. Where that may not be asked, or a Kafka of another make does not
     * tell, nothing is known.
     */
    private List<ClockReading> clock(Admin admin) throws InterruptedException {
        try {
            Instant asked = clock.instant();
            QuorumInfo quorum = admin.describeMetadataQuorum().quorumInfo().get();
            Instant middle = asked.plus(Duration.between(asked, clock.instant()).dividedBy(2));
            return quorum.voters().stream()
                    .filter(voter -> voter.replicaId() == quorum.leaderId())
                    .flatMapToLong(voter -> voter.lastFetchTimestamp().stream())
                    .filter(millis -> millis > 0)
                    .mapToObj(millis -> new ClockReading(
                            ClockReading.Kind.KAFKA,
                            "Kafka's controller",
                            Duration.between(middle, Instant.ofEpochMilli(millis)),
                            false))
                    .toList();
        } catch (ExecutionException e) {
            return List.of();
        }
    }

    private static List<Certificate> certificates(
            Map<String, Object> client, Set<String> servers, List<Finding> findings) {
        if (!String.valueOf(client.getOrDefault("security.protocol", "")).contains("SSL")) {
            return List.of();
        }
        List<Certificate> certificates = new ArrayList<>();
        for (String server : servers) {
            int colon = server.lastIndexOf(':');
            try {
                Certificate.first(
                                "that of broker " + server,
                                Certificate.served(
                                        server.substring(0, colon).replaceAll("[\\[\\]]", ""),
                                        Integer.parseInt(server.substring(colon + 1))),
                                "Renew the brokers' certificates; Strimzi does by itself, others by ssl.keystore")
                        .ifPresent(certificates::add);
            } catch (IOException e) {
                findings.add(Finding.bad(
                        "certificates",
                        "that of broker " + server + " cannot be read: " + e.getMessage(),
                        "See whether that listener has TLS, as --kafka-settings says"));
            }
        }
        certificates.addAll(own(client, findings));
        return certificates;
    }

    /** The user's certificate, and the authorities it trusts, as Kafka's own client reads them. */
    private static List<Certificate> own(Map<String, Object> client, List<Finding> findings) {
        List<Certificate> certificates = new ArrayList<>();
        try (DefaultSslEngineFactory stores = new DefaultSslEngineFactory()) {
            stores.configure(new AdminClientConfig(client).values());
            String renew = "Have a new one made, and start whoever uses it anew";
            Certificate.first("that of --kafka-settings", held(stores.keystore()), renew)
                    .ifPresent(certificates::add);
            Certificate.first("an authority that --kafka-settings trusts", held(stores.truststore()), renew)
                    .ifPresent(certificates::add);
        } catch (KafkaException | GeneralSecurityException e) {
            findings.add(Finding.bad(
                    "certificates",
                    "those of --kafka-settings cannot be read: " + withoutSecrets(said(e), client),
                    "See the files of ssl.keystore and ssl.truststore, and their passwords"));
        }
        return certificates;
    }

    private static List<X509Certificate> held(@Nullable KeyStore store) throws GeneralSecurityException {
        List<X509Certificate> all = new ArrayList<>();
        if (store != null) {
            for (String alias : Collections.list(store.aliases())) {
                java.security.cert.Certificate @Nullable [] chain = store.getCertificateChain(alias);
                for (java.security.cert.Certificate one :
                        chain == null ? new java.security.cert.Certificate[] {store.getCertificate(alias)} : chain) {
                    if (one instanceof X509Certificate known) {
                        all.add(known);
                    }
                }
            }
        }
        return all;
    }

    /** What is at the bottom of it: what is above says that a client could not be made. */
    private static String said(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause && !(cause instanceof ConfigException)) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** Without the values of settings that are secrets, should what Kafka's client says have one. */
    private static String withoutSecrets(String text, Map<String, Object> settings) {
        String clean = text;
        for (Map.Entry<String, Object> setting : settings.entrySet()) {
            String name = setting.getKey().toLowerCase(Locale.ROOT);
            String value = String.valueOf(setting.getValue());
            if (name.matches(".*(password|jaas|secret|keystore\\.key|certificate\\.chain).*") && !value.isBlank()) {
                clean = clean.replace(value, "...");
            }
        }
        return clean;
    }
}
