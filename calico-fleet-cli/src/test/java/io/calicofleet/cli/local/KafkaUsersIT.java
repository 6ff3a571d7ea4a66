package io.calicofleet.cli.local;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.command.WebhookReceiver;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.Topic;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The users of {@code deploy/kafka/users.yaml}, on a real broker that asks who somebody is and lets nobody do more than that. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KafkaUsersIT {

    private static final String EXECUTOR = "calico-fleet-executor";
    private static final int CLUSTERS = 3;

    @TempDir
    private Path folder;

    private final Map<String, List<AclBinding>> users = new TreeMap<>();
    private SecuredBroker broker;

    @BeforeEach
    void start() throws Exception {
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        Path file = Installation.here().home().resolve("deploy/kafka/users.yaml");
        for (JsonNode user : yaml.readerFor(JsonNode.class)
                .<JsonNode>readValues(file.toFile())
                .readAll()) {
            String name = user.at("/metadata/name").asText();
            users.put(name, rights(name, user.at("/spec/authorization/acls")));
        }
        broker = new SecuredBroker(Files.createDirectory(folder.resolve("secured")), users.keySet());
        broker.allow(users.values().stream().flatMap(List::stream).toList());
    }

    @AfterEach
    void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    @Timeout(300)
    void the_services_come_with_certificates_and_what_they_may_do_is_enough_for_a_campaign() throws Exception {
        List<Path> missing = Installation.here().missing();
        assumeTrue(missing.isEmpty(), () -> "not packaged, run ./mvnw verify at the top: " + missing);
        Path settings = Files.createDirectory(folder.resolve("settings"));
        for (FleetService service : FleetService.values()) {
            List<String> lines = new ArrayList<>();
            broker.withCertificate("calico-fleet-" + service.id())
                    .forEach((key, value) -> lines.add("kafka." + key + "=" + value));
            Files.write(settings.resolve(service.id() + ".properties"), lines);
        }
        List<String> told = new CopyOnWriteArrayList<>();
        List<String> received = new CopyOnWriteArrayList<>();
        Path secret = Files.writeString(folder.resolve("hook.secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        WebhookReceiver receiver = WebhookReceiver.start(0, Files.readString(secret), 204, received::add);
        Files.writeString(folder.resolve("webhooks.yaml"), """
                apiVersion: calico-fleet/v1
                kind: Webhooks
                endpoints:
                - {name: hook, url: "%s", secretFile: hook.secret, types: [campaign.status], from: beginning}
                """.formatted(receiver.address()));
        int nobodys = Ports.free(1).getFirst();
        Files.writeString(
                folder.resolve("sql.properties"),
                "integrations.sql.url=jdbc:postgresql://127.0.0.1:" + nobodys + "/fleet");
        try (LocalSystem system = new LocalSystem(
                        Installation.here(),
                        new SystemSettings(folder, 0, 0, broker.servers("TLS"), null, null, CLUSTERS)
                                .withKafkaSettings(settings),
                        told::add);
                receiver) {
            system.startServices();
            system.awaitReady(waiting -> {});
            system.awaitClusters(system.client(), CLUSTERS);
            Path campaign = Files.writeString(folder.resolve("campaign.yaml"), """
                    apiVersion: calico-fleet/v1
                    kind: Campaign
                    name: drilled
                    procedure: drill
                    clusters: {all: true}
                    drill: {steps: 2}
                    """);

            Run applied = run(system, "apply", "-f", campaign.toString());
            assertThat(applied.exitCode()).as(applied.err()).isZero();

            await().ignoreExceptionsInstanceOf(RequestRefusedException.class)
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> system.client().campaign("drilled").phase() == CampaignPhase.SUCCEEDED);
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(received)
                            .anySatisfy(line -> assertThat(line)
                                    .startsWith("received msg_")
                                    .contains("campaign.status info drilled is succeeded")));
            assertMetrics(system);
            assertThat(get(system, FleetService.INTEGRATIONS, "/q/health/ready"))
                    .as("a database that is away is told, and makes nothing unready")
                    .contains("\"sql\": \"it cannot be written: Connection to 127.0.0.1:" + nobodys + " refused");
        }
        assertThat(told).as("nothing was given up").noneMatch(line -> line.contains("given up"));
    }

    @Test
    @Timeout(300)
    void each_user_may_write_and_read_its_topics_and_no_other_however_it_shows_who_it_is() throws Exception {
        try (Producer<String, String> administrator = producer(broker.administrator())) {
            for (Topic topic : Topic.values()) {
                write(administrator, topic.topicName());
            }
        }
        for (String user : users.keySet()) {
            doesWhatItMay(user, broker.withCertificate(user));
        }
        doesWhatItMay(EXECUTOR, broker.withPassword(EXECUTOR));
        doesWhatItMay(EXECUTOR, broker.withToken(EXECUTOR));

        assertThat(written(broker.withCertificate(EXECUTOR)))
                .as("an executor asks for nothing, judges nothing, and is nobody's planner")
                .doesNotContain(
                        "calico-fleet.commands", "calico-fleet.steps", "calico-fleet.verdicts", "calico-fleet.status");
        assertThat(written(broker.withCertificate("calico-fleet-node-logs"))).containsExactly("calico-fleet.traffic");
        doctorSeesItsCertificatesAndItsClock();
    }

    private void doctorSeesItsCertificatesAndItsClock() throws IOException {
        List<String> lines = new ArrayList<>();
        broker.withCertificate(EXECUTOR).forEach((key, value) -> lines.add("kafka." + key + "=" + value));
        String settings =
                Files.write(folder.resolve("doctor.properties"), lines).toString();
        Run known = doctor("--bootstrap-servers", broker.servers("TLS"), "--kafka-settings", settings);
        assertThat(known.out())
                .containsPattern("kafka +\\w+ +topics are missing, or not yours to see|kafka +ok +answers")
                .containsPattern("certificates +(ok|look) +.*(broker|--kafka-settings)")
                .doesNotContain(SecuredBroker.SECRET);
        assertThat(doctor("--bootstrap-servers", broker.servers("PLAINTEXT")).out())
                .containsPattern("clocks +ok +agree to 15 s: this machine, Kafka's controller");
        Files.write(folder.resolve("doctor.properties"), List.of("kafka.ssl.keystore.password=other"), APPEND);
        Run wrong = doctor("--bootstrap-servers", broker.servers("TLS"), "--kafka-settings", settings);
        assertThat(wrong.out()).containsPattern("certificates +bad +those of --kafka-settings cannot be read");
    }

    /** Without a planner. */
    private static Run doctor(String... arguments) {
        return Run.of(Stream.concat(
                        Stream.of(
                                "doctor",
                                "--kafka",
                                "--server",
                                "http://127.0.0.1:" + Ports.free(1).getFirst()),
                        Stream.of(arguments))
                .toArray(String[]::new));
    }

    private void doesWhatItMay(String user, Map<String, Object> client) throws Exception {
        assertThat(written(client)).as(user + " writes").isEqualTo(allowed(user, AclOperation.WRITE));
        assertThat(read(client)).as(user + " reads").isEqualTo(allowed(user, AclOperation.READ));
    }

    private Set<String> allowed(String user, AclOperation operation) {
        Set<String> topics = new TreeSet<>();
        users.get(user).stream()
                .filter(right -> right.entry().operation() == operation
                        && right.pattern().resourceType() == ResourceType.TOPIC
                        && right.pattern().patternType() == PatternType.LITERAL)
                .forEach(right -> topics.add(right.pattern().name()));
        return topics;
    }

    private static Set<String> written(Map<String, Object> client) throws InterruptedException {
        Set<String> done = new TreeSet<>();
        try (Producer<String, String> producer = producer(client)) {
            for (Topic topic : Topic.values()) {
                try {
                    write(producer, topic.topicName());
                    done.add(topic.topicName());
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(AuthorizationException.class);
                }
            }
        }
        return done;
    }

    private static Producer<String, String> producer(Map<String, Object> client) {
        return new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
    }

    private static void write(Producer<String, String> producer, String topic)
            throws ExecutionException, InterruptedException {
        var unused =
                producer.send(new ProducerRecord<>(topic, 0, "key", "value")).get();
    }

    private static Set<String> read(Map<String, Object> client) {
        Set<String> done = new TreeSet<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            for (Topic topic : Topic.values()) {
                if (reads(consumer, topic.topicName())) {
                    done.add(topic.topicName());
                }
            }
        }
        return done;
    }

    private static boolean reads(KafkaConsumer<String, String> consumer, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seek(partition, 0);
        while (true) {
            try {
                return !consumer.poll(Duration.ofMinutes(1)).isEmpty();
            } catch (TopicAuthorizationException e) {
                // An answer about the topic before this one may come late.
                if (e.unauthorizedTopics().contains(topic)) {
                    return false;
                }
            }
        }
    }

    private static Run run(LocalSystem system, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--server",
                system.address(FleetService.PLANNER).toString(),
                "--token-file",
                system.tokenFile().toString()));
        return Run.of(all.toArray(String[]::new));
    }

    private static List<AclBinding> rights(String user, JsonNode acls) throws IOException {
        List<AclBinding> rights = new ArrayList<>();
        for (JsonNode acl : acls) {
            JsonNode resource = acl.path("resource");
            ResourcePattern pattern = new ResourcePattern(
                    ResourceType.valueOf(constant(resource.path("type").asText())),
                    resource.path("name").asText(),
                    resource.path("patternType").asText().equals("prefix")
                            ? PatternType.PREFIXED
                            : PatternType.LITERAL);
            for (JsonNode operation : acl.path("operations")) {
                rights.add(new AclBinding(
                        pattern,
                        new AccessControlEntry(
                                "User:" + user,
                                "*",
                                AclOperation.valueOf(constant(operation.asText())),
                                AclPermissionType.ALLOW)));
            }
        }
        return rights;
    }

    /** What is documented of metrics is true of all services, once they have had something to do. */
    private static void assertMetrics(LocalSystem system) throws IOException, InterruptedException {
        List<String> scraped = new ArrayList<>();
        for (FleetService service : FleetService.values()) {
            String page = get(system, service, "/q/metrics");
            MetricsPage.assertIsTrueOf(service, page);
            scraped.add(page);
        }
        MetricsPage.assertIsEnoughForDashboardsAndAlerts(scraped);
    }

    private static String get(LocalSystem system, FleetService service, String path)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(system.health(service).resolve(path)).build();
            return http.send(request, BodyHandlers.ofString()).body();
        }
    }

    private static String constant(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
    }
}
