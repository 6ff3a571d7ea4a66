package io.calicofleet.cli.doctor;

import static io.calicofleet.cli.doctor.Finding.counted;
import static io.calicofleet.cli.doctor.Finding.some;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.client.ServerUnreachableException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What the planner answers, and what it knows of the rest. */
final class PlannerLook {

    private static final String PART = "planner";

    private final FleetClient client;
    private final String version;

    /**
     * A look.
     *
     * @param version of this command line
     */
    PlannerLook(FleetClient client, String version) {
        this.client = client;
        this.version = version;
    }

    Seen look() {
        List<Finding> findings = new ArrayList<>();
        List<Certificate> certificates = certificate(findings);
        findings.addAll(asked());
        return new Seen(findings, List.of(), certificates);
    }

    private List<Finding> asked() {
        List<Finding> findings = new ArrayList<>();
        try {
            findings.add(version(client.get("/version").path("version").asText()));
        } catch (ServerUnreachableException e) {
            return List.of(Finding.bad(PART, String.valueOf(e.getMessage()), unreachable(e)));
        } catch (RequestRefusedException e) {
            findings.add(refused(PART, e));
        }
        findings.addAll(looked("access", () -> access(client.get("/whoami"))));
        findings.addAll(looked("records", () -> List.of(records(client.get("/summary")))));
        findings.addAll(looked("executors", () -> executors(client.get("/executors"))));
        findings.addAll(looked("clusters", () -> clusters(client.list("/clusters"))));
        findings.addAll(looked("stop", () -> List.of(stop(client.get("/fleet")))));
        return findings;
    }

    private static String unreachable(ServerUnreachableException e) {
        return String.valueOf(e.getMessage()).contains("PKIX")
                ? "Have the Java here trust the authority of its certificate:"
                        + " JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=FILE"
                : "See whether it runs, or name another with --server URL";
    }

    private List<Certificate> certificate(List<Finding> findings) {
        URI server = client.server();
        if (!"https".equals(server.getScheme())) {
            return List.of();
        }
        try {
            return Certificate.first(
                            "the planner's certificate",
                            Certificate.served(server.getHost(), server.getPort() < 0 ? 443 : server.getPort()),
                            "Renew the certificate of " + server.getAuthority()
                                    + ", in the planner's Secret or at the proxy before it")
                    .stream()
                    .toList();
        } catch (IOException e) {
            findings.add(Finding.bad(
                    "certificates",
                    "the planner's cannot be read: " + server.getAuthority() + ": " + e.getMessage(),
                    "See whether " + server.getAuthority() + " serves TLS"));
            return List.of();
        }
    }

    private static List<Finding> looked(String part, Supplier<List<Finding>> look) {
        try {
            return look.get();
        } catch (RequestRefusedException e) {
            return List.of(refused(part, e));
        } catch (ServerUnreachableException e) {
            return List.of(
                    Finding.bad(
                            part,
                            String.valueOf(e.getMessage()),
                            "Wait, and ask again: the planner reads what happened, or its Kafka does not answer; its log tells"));
        }
    }

    private static Finding refused(String part, RequestRefusedException e) {
        String remedy = switch (e.problem().status()) {
            case 401 -> "Log in: login, or --token-file FILE with --actor NAME";
            case 403 -> "Ask an admin of the system for the role viewer";
            default -> "See the planner's log";
        };
        return Finding.bad(part, e.problem().detail(), remedy);
    }

    private Finding version(String ofServer) {
        return version.equals(ofServer)
                ? Finding.ok(PART, "answers, version " + ofServer)
                : Finding.look(
                        PART,
                        "is of version " + ofServer + ", and this command line of " + version,
                        "Use the command line of the planner's version");
    }

    private static List<Finding> access(JsonNode me) {
        String name = me.path("name").asText();
        if (me.path("grants").isEmpty()) {
            return List.of(Finding.bad(
                    "access", name + " has no role: nothing is shown", "Ask an admin of the system for a role"));
        }
        List<String> roles = new ArrayList<>();
        me.path("grants").forEach(grant -> roles.add(grant.path("role").asText()));
        return List.of(Finding.ok("access", name + " is " + String.join(", ", roles)));
    }

    private static Finding records(JsonNode summary) {
        return Finding.ok(
                "records",
                "all are read: " + counted(summary.at("/campaigns/total").asInt(), "campaign"));
    }

    private static List<Finding> executors(JsonNode executors) {
        List<Finding> findings = new ArrayList<>();
        int heard = 0;
        for (JsonNode one : executors) {
            if (one.path("silent").asBoolean()) {
                findings.add(Finding.bad(
                        "executors",
                        one.path("executor").asText() + " was last heard "
                                + one.path("age").asLong() + " s ago and has "
                                + counted(one.path("clusters").asInt(), "cluster"),
                        "See whether it runs and reaches Kafka; its clusters wait meanwhile"));
            } else {
                heard++;
            }
        }
        if (executors.isEmpty()) {
            findings.add(
                    Finding.bad("executors", "none was ever heard", "Start one, with kubeconfigs of your clusters"));
        } else if (heard > 0) {
            findings.addFirst(Finding.ok("executors", counted(heard, "executor") + " heard"));
        }
        return findings;
    }

    private static List<Finding> clusters(JsonNode clusters) {
        Map<String, List<String>> problems = new TreeMap<>();
        List<String> unknown = new ArrayList<>();
        int well = 0;
        for (JsonNode one : clusters) {
            String cluster = one.path("cluster").asText();
            if (!one.path("reachable").asBoolean()) {
                // The same problem names each cluster.
                problems.computeIfAbsent(
                                one.path("problem").asText().replace(cluster, "CLUSTER"), any -> new ArrayList<>())
                        .add(cluster);
            } else if (one.path("calicoVersion").asText("").isEmpty()) {
                unknown.add(cluster);
            } else {
                well++;
            }
        }
        List<Finding> findings = new ArrayList<>();
        if (clusters.isEmpty()) {
            findings.add(Finding.bad(
                    "clusters", "there is none", "Put a kubeconfig for each into the executor's folder, CLUSTER.yaml"));
        }
        if (well > 0) {
            findings.add(Finding.ok("clusters", counted(well, "cluster") + " reached"));
        }
        problems.forEach((problem, names) -> findings.add(Finding.bad(
                "clusters",
                some(names) + ": " + problem.replace("CLUSTER", names.getFirst()),
                "See their kubeconfigs and API servers; campaigns do by them what unreachable: says")));
        if (!unknown.isEmpty()) {
            findings.add(Finding.look(
                    "clusters",
                    some(unknown) + ": no version of Calico is known",
                    "See whether Calico is installed there, and plan -f FILE for what the executor may not read"));
        }
        return findings;
    }

    private static Finding stop(JsonNode fleet) {
        return fleet.path("stop").isObject()
                ? Finding.look(
                        "stop",
                        fleet.path("summary").asText(),
                        "resume --all --reason TEXT, once the reason for it is gone")
                : Finding.ok("stop", "nothing is stopped");
    }
}
