package io.calicofleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.command.Commands;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.HoldReason;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * What people see, word for word: {@code src/test/resources/golden} has each command with what it prints. {@code -Dgolden.update}
 * writes the files anew; look at the difference before you commit it. What is on standard error begins with {@code !}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GoldenOutputsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Pattern MOMENT = Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d[+-]\\d\\d:\\d\\d");
    private static final Pattern DATED =
            Pattern.compile("\\w{3} \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d[+-]\\d\\d:\\d\\d \\([^)]+\\)");
    private static final DateTimeFormatter WRITTEN = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ssxxx");
    private static final Pattern AGE = Pattern.compile("\\(\\d+d\\d\\dh\\)");
    private static final String CAMPAIGN = "calico-3-22";

    private final FakePlanner planner = new FakePlanner();

    @TempDir
    private Path folder;

    @BeforeEach
    void answers() {
        Map<String, Integer> phases = Map.of("held", 1, "succeeded", 1, "running", 1);
        String campaign = Samples.json(Samples.campaign(CampaignPhase.RUNNING, phases));
        String clusters = Stream.of(
                        Samples.cluster("c01", ClusterPhase.SUCCEEDED, null, ""),
                        Samples.cluster("c02", ClusterPhase.RUNNING, null, "upgrading"),
                        Samples.cluster("c03", ClusterPhase.HELD, HoldReason.GATE_FAILED, "a pod is not ready"))
                .map(Samples::json)
                .reduce((first, second) -> first + "," + second)
                .orElseThrow();
        planner.on("GET", "/campaigns", 200, "[" + campaign + "]")
                .on("GET", "/campaigns/" + CAMPAIGN, 200, campaign)
                .on("GET", "/campaigns/" + CAMPAIGN + "/clusters", 200, "[" + clusters + "]")
                .on(
                        "GET",
                        "/campaigns/" + CAMPAIGN + "/clusters/c03",
                        200,
                        Samples.json(Samples.cluster(
                                "c03", ClusterPhase.HELD, HoldReason.GATE_FAILED, "a pod is not ready")))
                .on(
                        "GET",
                        "/campaigns/" + CAMPAIGN + "/explanation",
                        200,
                        Samples.json(Samples.explanation(Samples.reason(
                                "gate-failed",
                                "c03",
                                EndedBy.OWNER,
                                "A pod is not ready.",
                                "put it right, then: retry calico-3-22 --cluster c03"))))
                .on("GET", "/clusters", 200, """
                        [{"cluster":"c01","executor":"local","labels":{"env":"prod"},"reachable":true,"problem":"",
                          "kubernetesVersion":"v1.29.1","installMethod":"operator","calicoVersion":"v3.28.1","summary":"","campaign":"calico-3-22"},
                         {"cluster":"c02","executor":"local","labels":{},"reachable":false,"problem":"connection refused","summary":""}]""")
                .on("POST", "/campaigns", 422, """
                        {"title":"The input is wrong","status":422,"detail":"The campaign cannot be understood.","problems":[
                          {"field":"gates.pods.deadline","message":"'PT0S' leaves no time.","allowed":"from PT1S to P30D","suggestion":""},
                          {"field":"wave","message":"is no field of this.","allowed":"","suggestion":"waves"}]}""")
                .on("GET", "/campaigns/calico-3-2", 404, """
                        {"title":"There is no such thing","status":404,"detail":"There is no campaign 'calico-3-2'.",
                         "problems":[{"field":"","message":"There is no campaign 'calico-3-2'.","suggestion":"calico-3-22"}]}""");
    }

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Test
    void the_help_of_every_command() throws IOException {
        List<String> commands = new ArrayList<>();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        CommandLine line = Commands.line(new Terminal(nowhere, nowhere, Map.of()));
        new TreeMap<>(line.getSubcommands()).forEach((name, command) -> {
            if (!command.getCommandSpec().usageMessage().hidden() && !name.equals("help")) {
                commands.add(name + " --help");
                command.getSubcommands().keySet().stream()
                        .sorted()
                        .forEach(below -> commands.add(name + " " + below + " --help"));
            }
        });
        commands.addFirst("--help");

        same("help.txt", commands);
    }

    @Test
    void tables_and_answers() throws IOException {
        same(
                "tables.txt",
                List.of(
                        "status",
                        "status calico-3-22",
                        "status calico-3-22 --cluster c03",
                        "explain calico-3-22",
                        "explain campaign.gates.pods",
                        "explain campaign.onGateFailure",
                        "explain campaign.waves",
                        "clusters",
                        "get campaigns",
                        "get clusters -o wide",
                        "get clusters -c calico-3-22",
                        "get clusters -o name",
                        "get steps -c calico-3-22",
                        "init -f -",
                        "example",
                        "example upgrade",
                        "context list --config none"));
    }

    @Test
    void errors() throws IOException {
        Files.writeString(folder.resolve("campaign.yaml"), "gates:\n  pods: {deadline: PT0S}\nwave: []\n");
        Files.writeString(folder.resolve("no.yaml"), "a: [b\n");
        same(
                "errors.txt",
                List.of(
                        "",
                        "statsu",
                        "status --wach",
                        "status calico-3-2",
                        "status --server http://127.0.0.1:1",
                        "status --server nonsense",
                        "status --context nope --config none",
                        "apply",
                        "apply -f FOLDER/none.yaml",
                        "apply -f FOLDER/no.yaml",
                        "apply -f FOLDER/campaign.yaml",
                        "approve calico-3-22",
                        "get cluster c01 --cluster c01",
                        "get nodes",
                        "get steps",
                        "wait campaign/calico-3-22 --for=phase=nonsense",
                        "explain campaign.gates.pod",
                        "explain campaign.deadline",
                        "example windwos",
                        "completion tcsh",
                        "simulate -f FOLDER/campaign.yaml --failure-rate 200%",
                        "simulator --kubeconfigs FOLDER --speed 0",
                        "up --kubeconfigs FOLDER/none",
                        "up --kubeconfigs FOLDER --bootstrap-servers nonsense"));
    }

    private void same(String name, List<String> commands) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String command : commands) {
            text.append("$ calico-fleet ").append(command).append('\n');
            Run run = run(command);
            text.append(run.out());
            run.err().lines().forEach(line -> text.append("! ").append(line).append('\n'));
            text.append(run.exitCode() == 0 ? "" : "exit code " + run.exitCode() + "\n")
                    .append('\n');
        }
        String seen = plain(text.toString());
        Path file = GOLDEN.resolve(name);
        if (System.getProperty("golden.update") != null) {
            Files.writeString(file, seen);
        }
        assertThat(seen).as("%s; write it anew with -Dgolden.update", file).isEqualTo(Files.readString(file));
    }

    private Run run(String command) {
        List<String> words = new ArrayList<>();
        if (!command.isEmpty()) {
            Stream.of(command.split(" "))
                    .map(word -> word.replace("FOLDER", folder.toString()).replaceFirst("^none$", folder + "/none"))
                    .forEach(words::add);
        }
        boolean asks = command.matches("(status|explain|clusters|get|init|apply|approve|wait)\\b.*")
                && !command.matches(".*--(server|help|context).*");
        if (asks) {
            words.add("--server");
            words.add(planner.url());
        }
        return Run.of(words.toArray(String[]::new));
    }

    /** Without what differs from one machine, or one day, to the next. */
    private String plain(String text) {
        String there = DATED.matcher(
                        text.replace(planner.url(), "http://planner").replace(folder.toString(), "FOLDER"))
                .replaceAll("Sun 2026-11-29 08:00+00:00 (UTC)");
        return MOMENT.matcher(AGE.matcher(there).replaceAll("(3d02h)")).replaceAll(GoldenOutputsTest::utc);
    }

    private static String utc(MatchResult moment) {
        return WRITTEN.format(OffsetDateTime.parse(moment.group(), WRITTEN).withOffsetSameInstant(ZoneOffset.UTC));
    }
}
