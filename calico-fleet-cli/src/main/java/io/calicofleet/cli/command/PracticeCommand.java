package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.practice.Lesson;
import io.calicofleet.cli.practice.PracticeFleet;
import io.calicofleet.cli.view.CommandLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A fleet with planned trouble, to learn on. */
@Command(
        name = "practice",
        synopsisSubcommandLabel = "COMMAND",
        description = "Learn on simulated clusters with planned trouble: a lesson for each.")
public final class PracticeCommand implements Runnable {

    private static final String FOLDER = "practice";
    private static final int LOOK_MILLIS = 200;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private PracticeCommand() {}

    /** The command with its own, printing to {@code terminal}. */
    public static CommandLine line(Terminal terminal) {
        return new CommandLine(new PracticeCommand())
                .addSubcommand(new Start(terminal))
                .addSubcommand(new Show(terminal))
                .addSubcommand(new Repair(terminal))
                .addSubcommand(new Check(terminal));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }

    /** Where the kubeconfigs of the lessons are. */
    private static final class Folder {

        @Option(
                names = "--kubeconfigs",
                paramLabel = "DIR",
                defaultValue = FOLDER,
                description = "The folder of the kubeconfigs, which up serves. Default: " + FOLDER)
        private Path path = Path.of(FOLDER);
    }

    /** Runs the clusters. */
    @Command(
            name = "start",
            description = {
                "Run the clusters of the lessons until Ctrl-C, with a kubeconfig for each.",
                "Writes the campaign of all lessons to practice.yaml, where there is no such file."
            })
    public static final class Start implements Callable<Integer> {

        private static final Path CAMPAIGN = Path.of("practice.yaml");

        private final Terminal terminal;

        @Mixin
        private final Folder folder = new Folder();

        @Option(
                names = "--bootstrap-servers",
                paramLabel = "HOST:PORT",
                defaultValue = "127.0.0.1:9092",
                description = "The Kafka their nodes send log lines to. Default: 127.0.0.1:9092, where up has its own")
        private String kafka = "127.0.0.1:9092";

        @Option(
                names = "--speed",
                paramLabel = "X",
                defaultValue = "30",
                description = "How much faster than real ones they are. Default: 30")
        private double speed = 30;

        private Start(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            if (!(speed > 0 && speed <= 1000)) {
                throw CliException.usage("--speed is " + speed + ": a number above 0, up to 1000");
            }
            for (Lesson lesson : Lesson.values()) {
                if (Files.exists(PracticeFleet.file(folder.path, lesson))) {
                    throw CliException.usage(PracticeFleet.file(folder.path, lesson)
                            + " is there already: practice runs, or was killed; then delete it");
                }
            }
            try (PracticeFleet fleet = PracticeFleet.start(folder.path, kafka, speed)) {
                Runtime.getRuntime().addShutdownHook(new Thread(fleet::deleteFiles, "kubeconfigs"));
                boolean written = writeCampaign();
                terminal.line(terminal.styled(Style.GOOD, "ready") + ": " + Lesson.values().length
                        + " lessons, kubeconfigs in " + folder.path);
                Table table = Table.of("lesson", "trouble");
                Arrays.stream(Lesson.values()).forEach(lesson -> table.row(lesson.toString(), lesson.trouble()));
                table.print(terminal);
                terminal.line((written ? "The campaign is in " : "There is a campaign already in ") + CAMPAIGN + ".");
                terminal.line("In other terminals: " + CommandLines.called() + " up --kubeconfigs " + folder.path
                        + ", unless it runs; then " + CommandLines.called() + " apply -f " + CAMPAIGN + ", and "
                        + CommandLines.called() + " practice show LESSON.");
                terminal.line("Ctrl-C ends it and deletes the kubeconfigs.");
                while (true) {
                    fleet.repairAsked();
                    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                }
            }
        }

        private static boolean writeCampaign() {
            try {
                if (Files.exists(CAMPAIGN)) {
                    return false;
                }
                Files.writeString(CAMPAIGN, PracticeFleet.campaign());
                return true;
            } catch (IOException e) {
                throw CliException.usage("cannot write " + CAMPAIGN + ": " + e.getMessage());
            }
        }
    }

    /** Tells of a lesson. */
    @Command(
            name = "show",
            description = "Say of a lesson what is wrong, what you see, what tells why, and what solves it.")
    public static final class Show implements Callable<Integer> {

        private final Terminal terminal;

        @Parameters(paramLabel = "LESSON", description = "Which one")
        private String lesson = "";

        private Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            Lesson.named(lesson).lines().forEach(terminal::line);
            return ExitCodes.OK;
        }
    }

    /** Mends what is not calico-fleet's to mend. */
    @Command(
            name = "repair",
            description =
                    "Mend what somebody mends outside of calico-fleet: a node, a registry, rights, Argo CD's sync.")
    public static final class Repair implements Callable<Integer> {

        private static final Duration PATIENCE = Duration.ofMinutes(1);

        private final Terminal terminal;

        @Parameters(arity = "1..*", paramLabel = "LESSON", description = "Of which ones")
        private List<String> lessons = List.of();

        @Mixin
        private final Folder folder = new Folder();

        private Repair(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            List<Lesson> named = lessons.stream().map(Lesson::named).toList();
            for (Lesson lesson : named) {
                if (!lesson.canBeRepaired()) {
                    throw CliException.usage(
                            "there is nothing to repair: practice show " + lesson + " says what solves it");
                }
                if (!Files.exists(PracticeFleet.file(folder.path, lesson))) {
                    throw CliException.usage(
                            "practice start does not run on " + folder.path + ": name its folder with --kubeconfigs");
                }
            }
            for (Lesson lesson : named) {
                repaired(PracticeFleet.asked(folder.path, lesson));
            }
            terminal.line("repaired: " + String.join(", ", lessons));
            return ExitCodes.OK;
        }

        private static void repaired(Path asked) throws InterruptedException {
            try {
                Files.write(asked, new byte[0]);
                long end = System.nanoTime() + PATIENCE.toNanos();
                while (Files.exists(asked)) {
                    if (System.nanoTime() - end >= 0) {
                        Files.deleteIfExists(asked);
                        throw CliException.unreachable("practice start does not answer: is it still running?");
                    }
                    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                }
            } catch (IOException e) {
                throw CliException.usage("cannot write " + asked + ": " + e.getMessage());
            }
        }
    }

    /** Whether lessons are solved. */
    @Command(
            name = "check",
            description = {
                "Say which lessons are solved: those whose cluster a campaign has upgraded.",
                "Ends with 0 when those that are named, or all, are; with 1 when one is not."
            })
    public static final class Check implements Callable<Integer> {

        private final Terminal terminal;

        @Mixin
        private final PlannerAddress server = new PlannerAddress();

        @Parameters(arity = "0..*", paramLabel = "LESSON", description = "Which ones. Default: all")
        private @Nullable List<String> lessons;

        private Check(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            List<String> names = lessons;
            List<Lesson> wanted = names == null
                    ? List.of(Lesson.values())
                    : names.stream().map(Lesson::named).toList();
            FleetClient client = server.client();
            Table table = Table.of("lesson", "state", "where it is");
            boolean all = true;
            for (Lesson lesson : wanted) {
                JsonNode last = last(client, lesson);
                boolean solved = last.path("phase").asText().equals("succeeded")
                        && last.path("target").asText().equals(PracticeFleet.TARGET);
                all &= solved;
                table.row(
                        lesson.toString(),
                        solved ? "solved" : "open",
                        last.isMissingNode()
                                ? "no campaign has it yet: apply -f practice.yaml"
                                : last.path("summary").asText());
            }
            table.print(terminal);
            return all ? ExitCodes.OK : ExitCodes.FAILED;
        }

        /** What the last campaign did to its cluster; missing where none has it. */
        private static JsonNode last(FleetClient client, Lesson lesson) {
            try {
                return client.get("/clusters/" + lesson + "/history").path(0);
            } catch (RequestRefusedException e) {
                if (e.problem().status() == 404) {
                    throw CliException.usage("no executor serves the cluster " + lesson
                            + ": practice start runs it, in a folder that up serves");
                }
                throw e;
            }
        }
    }
}
