package io.calicofleet.cli.command;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.bench.BenchCommand;
import io.calicofleet.cli.chaos.ChaosCommand;
import io.calicofleet.cli.demo.DemoCommand;
import io.calicofleet.cli.distribution.DistributionCommand;
import io.calicofleet.cli.fuzz.FuzzCommand;
import io.calicofleet.cli.image.ImagesCommand;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.rehearse.RehearseCommand;
import io.calicofleet.cli.rehearse.SimulatorCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line with all its commands. */
@Command(
        name = "calico-fleet",
        synopsisSubcommandLabel = "COMMAND",
        description = "Upgrades Project Calico on one cluster or on thousands.",
        footer = {
            "",
            "Also: test [MAVEN ARGUMENTS] builds everything and runs all tests.",
            "Exit codes: 0 done, 1 the campaign failed or waits for a person, 2 the input is wrong, 3 not reachable."
        })
public final class Commands implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private Commands() {}

    /** The command line, writing to {@code terminal}. */
    public static CommandLine line(Terminal terminal) {
        CommandLine line = new CommandLine(new Commands());
        line.addSubcommand(new DemoCommand(terminal));
        line.addSubcommand(new UpCommand(terminal));
        line.addSubcommand(new InitCommand(terminal));
        line.addSubcommand(new ExampleCommand(terminal));
        line.addSubcommand(new PlanCommand(terminal));
        line.addSubcommand(new ApplyCommand(terminal));
        line.addSubcommand(new GetCommand(terminal));
        line.addSubcommand(new WaitCommand(terminal));
        line.addSubcommand(new ContextCommand(terminal));
        line.addSubcommand(new LoginCommand(terminal));
        line.addSubcommand(new LogoutCommand(terminal));
        line.addSubcommand(new TokenCommand(terminal));
        line.addSubcommand(new WhoamiCommand(terminal));
        line.addSubcommand(new VersionCommand(terminal));
        line.addSubcommand(new DoctorCommand(terminal));
        line.addSubcommand(new StatusCommand(terminal));
        line.addSubcommand(new ExplainCommand(terminal));
        line.addSubcommand(new ReplayCommand(terminal));
        line.addSubcommand(new EventsCommand(terminal));
        line.addSubcommand(new ClustersCommand(terminal));
        line.addSubcommand(new HistoryCommand(terminal));
        line.addSubcommand(new ReviewCommand(terminal));
        for (ActionCommand.Action action : ActionCommand.Action.values()) {
            line.addSubcommand(ActionCommand.line(action, terminal));
        }
        line.addSubcommand(new StopCommand(terminal));
        line.addSubcommand(new RestoreCommand(terminal));
        line.addSubcommand(new ReportCommand(terminal));
        line.addSubcommand(new ArchiveCommand(terminal));
        line.addSubcommand(new DeleteCommand(terminal));
        line.addSubcommand(ReleasesCommand.line(terminal));
        line.addSubcommand(new SimulateCommand(terminal));
        line.addSubcommand(new RehearseCommand(terminal));
        line.addSubcommand(new SimulatorCommand(terminal));
        line.addSubcommand(PracticeCommand.line(terminal));
        line.addSubcommand(AuditCommand.line(terminal));
        line.addSubcommand(KeysCommand.line(terminal));
        line.addSubcommand(WebhooksCommand.line(terminal));
        line.addSubcommand(new ImagesCommand(terminal));
        line.addSubcommand(new DistributionCommand(terminal));
        line.addSubcommand(new CompletionCommand(terminal));
        line.addSubcommand(new CompleteCommand(terminal));
        line.addSubcommand(new BenchCommand(terminal));
        line.addSubcommand(new ChaosCommand(terminal));
        line.addSubcommand(new FuzzCommand(terminal));
        line.getSubcommands().values().stream()
                .distinct()
                .flatMap(command -> Stream.concat(Stream.of(command), command.getSubcommands().values().stream()))
                .forEach(Commands::addHelp);
        addHelp(line);
        line.addSubcommand("help", new CommandLine.HelpCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                terminal.interactive() && terminal.styled(Style.BOLD, "").length() > 0
                        ? CommandLine.Help.Ansi.ON
                        : CommandLine.Help.Ansi.OFF));
        line.setUsageHelpWidth(Math.min(120, Math.max(80, terminal.width())));
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler(Failures.handler(terminal));
        return line;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }

    private static void addHelp(CommandLine line) {
        line.getCommandSpec()
                .addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help")
                        .build());
        line.getCommandSpec().exitCodeOnInvalidInput(ExitCodes.USAGE);
    }
}
