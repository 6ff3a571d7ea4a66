package io.calicofleet.executor.adapter.calico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.WatchedObjects;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What every way to Calico's resources has to do; a subclass for each way and for each form a version stores them in. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
abstract class CalicoDatastoreConformance {

    private static final CalicoKind ENDPOINT = CalicoKind.HOST_ENDPOINT;
    private static final CalicoKind POLICY = CalicoKind.GLOBAL_NETWORK_POLICY;
    private static final Duration SOON = Duration.ofSeconds(20);

    private CalicoDatastore calico;

    /** The datastore, with none of the resources of these tests in it. */
    abstract CalicoDatastore open();

    /** The names policies are stored under, below everything that translates. */
    abstract List<String> storedPolicies();

    /** The names a policy {@code a} may be stored under by the versions there are; it comes first what this one uses. */
    abstract List<String> namesOfA();

    /** Stores a policy under just this name, as another version would. */
    abstract void storePolicyAs(String name);

    @BeforeEach
    void connect() {
        calico = open();
    }

    @Test
    void what_is_created_is_found_and_listed_and_gone_when_it_is_deleted() {
        assertThat(calico.find(ENDPOINT, "n1-all")).isEmpty();
        assertThat(calico.list(ENDPOINT)).isEmpty();

        ObjectNode created = calico.create(endpoint("n1-all", "{env: dev}"));

        ObjectNode found = calico.find(ENDPOINT, "n1-all").orElseThrow();
        assertThat(found).isEqualTo(created);
        assertThat(found.at("/apiVersion").asText()).isEqualTo("projectcalico.org/v3");
        assertThat(found.at("/spec/interfaceName").asText()).isEqualTo("*");
        assertThat(labels(found)).isEqualTo("{\"env\":\"dev\"}");
        assertThat(found.at("/metadata/uid").asText()).isNotEmpty();
        assertThat(found.at("/metadata/creationTimestamp").asText()).isNotEmpty();
        assertThat(calico.list(ENDPOINT)).containsExactly(found);
        calico.delete(found);
        assertThat(calico.find(ENDPOINT, "n1-all")).isEmpty();
        calico.delete(found);
    }

    @Test
    void a_second_of_a_name_is_refused() {
        calico.create(endpoint("n1-all", "{}"));

        assertThat(problem(() -> calico.create(endpoint("n1-all", "{}")))).isEqualTo(Problem.ALREADY_EXISTS);
    }

    @Test
    void a_change_of_what_somebody_else_has_changed_since_is_refused_and_changes_nothing() {
        ObjectNode stale = calico.create(endpoint("n1-all", "{}"));
        ObjectNode newer = calico.replace(labelled(stale, "first", "1"));

        assertThat(problem(() -> calico.replace(labelled(stale, "second", "2"))))
                .isEqualTo(Problem.CONFLICT);

        assertThat(labels(calico.find(ENDPOINT, "n1-all").orElseThrow())).isEqualTo("{\"first\":\"1\"}");
        assertThat(calico.replace(labelled(newer, "second", "2")).at("/metadata/labels"))
                .hasSize(2);
    }

    @Test
    void what_is_gone_cannot_be_replaced() {
        ObjectNode gone = calico.create(endpoint("n1-all", "{}"));
        calico.delete(gone);

        assertThat(problem(() -> calico.replace(labelled(gone, "a", "b")))).isEqualTo(Problem.NOT_FOUND);
    }

    @Test
    void labels_are_added_changed_and_removed() {
        ObjectNode endpoint = calico.create(endpoint("n1-all", "{env: dev}"));

        endpoint = calico.replace(labelled(endpoint, "host-endpoint-upgrade", ""));
        assertThat(labels(reread(endpoint))).isEqualTo("{\"env\":\"dev\",\"host-endpoint-upgrade\":\"\"}");
        endpoint = calico.replace(labelled(reread(endpoint), "env", "prod"));
        assertThat(labels(reread(endpoint))).isEqualTo("{\"env\":\"prod\",\"host-endpoint-upgrade\":\"\"}");
        ObjectNode released = reread(endpoint);
        released.withObject("/metadata/labels").remove("host-endpoint-upgrade");
        calico.replace(released);
        assertThat(labels(reread(endpoint))).isEqualTo("{\"env\":\"prod\"}");
    }

    @Test
    void annotations_are_those_people_gave_it() {
        ObjectNode endpoint = endpoint("n1-all", "{}");
        endpoint.withObject("/metadata/annotations").put("team", "net");

        ObjectNode stored = calico.create(endpoint);
        calico.replace(labelled(stored, "a", "b"));

        assertThat(reread(stored).at("/metadata/annotations")).hasToString("{\"team\":\"net\"}");
    }

    @Test
    void a_policy_is_called_what_people_call_it_however_it_is_stored() {
        calico.create(policy("a"));

        assertThat(storedPolicies()).containsExactly(namesOfA().getFirst());
        assertThat(name(calico.find(POLICY, "a").orElseThrow())).isEqualTo("a");
        assertThat(calico.list(POLICY))
                .extracting(CalicoDatastoreConformance::name)
                .containsExactly("a");
        ObjectNode changed = calico.find(POLICY, "a").orElseThrow();
        changed.withObject("/spec").put("selector", "has(b)");
        assertThat(name(calico.replace(changed))).isEqualTo("a");
        assertThat(storedPolicies()).containsExactly(namesOfA().getFirst());
        assertThat(calico.find(POLICY, "a").orElseThrow().at("/spec/selector").asText())
                .isEqualTo("has(b)");
        assertThat(problem(() -> calico.create(policy("a")))).isEqualTo(Problem.ALREADY_EXISTS);
    }

    @Test
    void a_policy_is_found_and_deleted_under_every_name_a_version_may_have_stored_it_by() {
        for (String name : namesOfA()) {
            storePolicyAs(name);
            assertThat(calico.find(POLICY, "a").map(CalicoDatastoreConformance::name))
                    .as(name)
                    .contains("a");
            calico.delete(calico.find(POLICY, "a").orElseThrow());
            assertThat(storedPolicies()).as(name).isEmpty();
        }
        namesOfA().forEach(this::storePolicyAs);
        assertThat(calico.list(POLICY)).hasSize(1);

        calico.delete(calico.find(POLICY, "a").orElseThrow());

        assertThat(storedPolicies()).isEmpty();
    }

    @Test
    void a_network_set_has_its_labels_and_its_networks() {
        calico.create(Yaml.object("""
                apiVersion: projectcalico.org/v3
                kind: GlobalNetworkSet
                metadata: {name: partners, labels: {role: partner}}
                spec: {nets: [203.0.113.0/24, "2001:db8::/32"]}
                """));

        assertThat(calico.list(CalicoKind.GLOBAL_NETWORK_SET)).singleElement().satisfies(set -> {
            assertThat(set.at("/metadata/name").asText()).isEqualTo("partners");
            assertThat(labels(set)).isEqualTo("{\"role\":\"partner\"}");
            assertThat(set.at("/spec/nets").toString()).isEqualTo("[\"203.0.113.0/24\",\"2001:db8::/32\"]");
        });
        try (WatchedObjects sets = calico.watch(CalicoKind.GLOBAL_NETWORK_SET, () -> {})) {
            assertThat(sets.objects()).isEqualTo(calico.list(CalicoKind.GLOBAL_NETWORK_SET));
        }
    }

    @Test
    void a_watch_hears_of_what_is_created_changed_and_deleted() {
        ObjectNode first = calico.create(endpoint("n1-all", "{}"));
        AtomicInteger changes = new AtomicInteger();
        try (WatchedObjects watched = calico.watch(ENDPOINT, changes::incrementAndGet)) {
            assertThat(watched.objects()).containsExactly(first);

            ObjectNode second = calico.create(endpoint("n2-all", "{}"));
            await().atMost(SOON).until(() -> watched.objects().size() == 2);
            ObjectNode changed = calico.replace(labelled(second, "a", "b"));
            await().atMost(SOON).until(() -> watched.objects().contains(changed));
            calico.delete(first);
            await().atMost(SOON).until(() -> watched.objects().equals(List.of(changed)));
            assertThat(changes.get()).isGreaterThanOrEqualTo(3);
        }
    }

    private ObjectNode reread(ObjectNode endpoint) {
        return calico.find(ENDPOINT, name(endpoint)).orElseThrow();
    }

    private static Problem problem(Runnable call) {
        ClusterException thrown = catchThrowableOfType(ClusterException.class, call::run);
        assertThat(thrown).as("it is refused").isNotNull();
        return thrown.problem();
    }

    private static ObjectNode labelled(ObjectNode endpoint, String key, String value) {
        ObjectNode copy = endpoint.deepCopy();
        copy.withObject("/metadata/labels").put(key, value);
        return copy;
    }

    static ObjectNode endpoint(String name, String labels) {
        return Yaml.object("{apiVersion: projectcalico.org/v3, kind: HostEndpoint, metadata: {name: " + name
                + ", labels: " + labels + "}, spec: {node: n1, interfaceName: \"*\", expectedIPs: [10.0.0.1]}}");
    }

    static ObjectNode policy(String name) {
        return Yaml.object("{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: " + name
                + "}, spec: {selector: has(a), types: [Ingress], ingress: [{action: Allow}]}}");
    }

    private static String labels(JsonNode resource) {
        return resource.at("/metadata/labels").toString();
    }

    private static String name(JsonNode resource) {
        return resource.at("/metadata/name").asText();
    }
}
