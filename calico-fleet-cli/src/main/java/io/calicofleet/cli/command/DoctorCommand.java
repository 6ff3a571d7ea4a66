package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.client.ServerUnreachableException;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.kafka.TopicDifference;
import io.calicofleet.kafka.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks at every part of the system and says what to do about what is not well. */
@Command(
        name = "doctor",
        description = {
            "Look at every part of the system, and say what to do about what is not well.",
            "Changes nothing. Ends with 0 when nothing stands in the way, with 1 when something does."
        })
final class DoctorCommand implements Callable<Integer> {

    private static final int EXAMPLES = 3;
    private static final int ANSWER_MILLIS = 10_000;

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(names = "--kafka", description = "Look at Kafka and its topics too, from here")
    private boolean withKafka;

    @Mixin
    private final KafkaAddress kafka = new KafkaAddress();

    /** Prints to {@code terminal}. */
    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** How well something is. */
    private enum State {
        OK,
        /** Nothing stands in the way of campaigns, but somebody should know. */
        LOOK,
        BAD
    }

    /**
     * Something that was looked at.
     *
     * @param what what was seen
     * @param remedy what to do; empty where there is nothing to do
     */
    private record Finding(String part, State state, String what, String remedy) {

        private static Finding ok(String part, String what) {
            return new Finding(part, State.OK, what, "");
        }
    }

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>(planner());
        if (withKafka) {
            findings.addAll(topics());
        }
        print(findings);
        return findings.stream().anyMatch(finding -> finding.state() == State.BAD) ? ExitCodes.FAILED : ExitCodes.OK;
    }

    private List<Finding> planner() {
        FleetClient client = server.client();
        List<Finding> findings = new ArrayList<>();
        try {
            findings.add(version(client.get("/version").path("version").asText()));
        } catch (ServerUnreachableException e) {
            return List.of(new Finding(
                    "planner",
                    State.BAD,
                    String.valueOf(e.getMessage()),
                    "See whether it runs, or name another with --server URL"));
        } catch (RequestRefusedException e) {
            findings.add(refused("planner", e));
        }
        findings.addAll(looked("access", () -> access(client.get("/whoami"))));
        findings.addAll(looked("records", () -> List.of(records(client.get("/summary")))));
        findings.addAll(looked("executors", () -> executors(client.get("/executors"))));
        findings.addAll(looked("clusters", () -> clusters(client.list("/clusters"))));
        findings.addAll(looked("stop", () -> List.of(stop(client.get("/fleet")))));
        return findings;
    }

    private static List<Finding> looked(String part, Supplier<List<Finding>> look) {
        try {
            return look.get();
        } catch (RequestRefusedException e) {
            return List.of(refused(part, e));
        } catch (ServerUnreachableException e) {
            return List.of(
                    new Finding(
                            part,
                            State.BAD,
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
        return new Finding(part, State.BAD, e.problem().detail(), remedy);
    }

    private static Finding version(String ofServer) {
        String own = VersionCommand.client();
        return own.equals(ofServer)
                ? Finding.ok("planner", "answers, version " + ofServer)
                : new Finding(
                        "planner",
                        State.LOOK,
                        "is of version " + ofServer + ", and this command line of " + own,
                        "Use the command line of the planner's version");
    }

    private static List<Finding> access(JsonNode me) {
        String name = me.path("name").asText();
        if (me.path("grants").isEmpty()) {
            return List.of(new Finding(
                    "access",
                    State.BAD,
                    name + " has no role: nothing is shown",
                    "Ask an admin of the system for a role"));
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
                findings.add(new Finding(
                        "executors",
                        State.BAD,
                        one.path("executor").asText() + " was last heard "
                                + one.path("age").asLong() + " s ago and has "
                                + counted(one.path("clusters").asInt(), "cluster"),
                        "See whether it runs and reaches Kafka; its clusters wait meanwhile"));
            } else {
                heard++;
            }
        }
        if (executors.isEmpty()) {
            findings.add(new Finding(
                    "executors", State.BAD, "none was ever heard", "Start one, with kubeconfigs of your clusters"));
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
            findings.add(new Finding(
                    "clusters",
                    State.BAD,
                    "there is none",
                    "Put a kubeconfig for each into the executor's folder, CLUSTER.yaml"));
        }
        if (well > 0) {
            findings.add(Finding.ok("clusters", counted(well, "cluster") + " reached"));
        }
        problems.forEach((problem, names) -> findings.add(new Finding(
                "clusters",
                State.BAD,
                some(names) + ": " + problem.replace("CLUSTER", names.getFirst()),
                "See their kubeconfigs and API servers; campaigns do by them what unreachable: says")));
        if (!unknown.isEmpty()) {
            findings.add(new Finding(
                    "clusters",
                    State.LOOK,
                    some(unknown) + ": no version of Calico is known",
                    "See whether Calico is installed there, and plan -f FILE for what the executor may not read"));
        }
        return findings;
    }

    private static Finding stop(JsonNode fleet) {
        return fleet.path("stop").isObject()
                ? new Finding(
                        "stop",
                        State.LOOK,
                        fleet.path("summary").asText(),
                        "resume --all --reason TEXT, once the reason for it is gone")
                : Finding.ok("stop", "nothing is stopped");
    }

    private List<Finding> topics() {
        Map<String, Object> client;
        try {
            client = kafka.client();
        } catch (CliException e) {
            return List.of(new Finding(
                    "kafka",
                    State.BAD,
                    e.text(),
                    "Name it with --bootstrap-servers, and who you are with --kafka-settings"));
        }
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
        try (Admin admin = Admin.create(client)) {
            List<Finding> findings = new ArrayList<>();
            List<String> missing = Topics.missing(admin);
            if (!missing.isEmpty()) {
                findings.add(new Finding(
                        "kafka",
                        State.BAD,
                        "topics are missing, or not yours to see: " + some(missing),
                        "Start a service that may create them, or apply deploy/kafka/topics.yaml"));
            }
            for (TopicDifference difference : TopicDifference.all(admin)) {
                findings.add(new Finding(
                        "kafka",
                        difference.loses() ? State.BAD : State.LOOK,
                        difference.text(),
                        difference.loses()
                                ? "Services do not go on: docs/operations/kafka.md says how to put it right"
                                : "Set it as wanted"));
            }
            return findings.isEmpty()
                    ? List.of(Finding.ok("kafka", "answers, and all topics are as wanted"))
                    : findings;
        } catch (KafkaException | IllegalStateException e) {
            return List.of(new Finding(
                    "kafka",
                    State.BAD,
                    "is not looked at: " + e.getMessage(),
                    "See its brokers, and your rights there"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private void print(List<Finding> findings) {
        if (server.output().structured()) {
            ArrayNode list = FleetClient.body().putArray("findings");
            findings.forEach(finding -> list.add(json(finding)));
            server.output().print(terminal, list);
            return;
        }
        Table table = Table.of("PART", "STATE", "WHAT");
        findings.forEach(finding -> table.row(finding.part(), text(finding.state()), finding.what()));
        table.print(terminal);
        List<Finding> toDo =
                findings.stream().filter(finding -> !finding.remedy().isEmpty()).toList();
        if (!toDo.isEmpty()) {
            terminal.line("");
            terminal.line("what to do");
            toDo.stream()
                    .map(finding -> "  " + finding.part() + ": " + finding.remedy() + ".")
                    .distinct()
                    .forEach(terminal::line);
        }
    }

    private static ObjectNode json(Finding finding) {
        return FleetClient.body()
                .put("part", finding.part())
                .put("state", text(finding.state()))
                .put("what", finding.what())
                .put("remedy", finding.remedy());
    }

    private static String text(State state) {
        return switch (state) {
            case OK -> "ok";
            case LOOK -> "look";
            case BAD -> "bad";
        };
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String some(List<String> names) {
        return names.size() <= EXAMPLES
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, EXAMPLES)) + " and " + (names.size() - EXAMPLES) + " more";
    }
}
