package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.command.Contexts.Context;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import java.nio.file.Path;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The planners a person works with. */
@Command(
        name = "context",
        description =
                "Name the planners you work with, and choose one: context set prod --server URL, context use prod.")
final class ContextCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private final Terminal terminal;

    /** Prints to {@code terminal}. */
    ContextCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "context list, set, use or delete?");
    }

    @Command(name = "list", description = "Show them; * is the one that is meant where none is named.")
    int list(
            @Option(names = "--config", paramLabel = "FILE", description = PlannerAddress.CONFIG) @Nullable Path file) {
        Contexts all = Contexts.read(file(file));
        if (all.contexts().isEmpty()) {
            terminal.error("There is no context yet: context set NAME --server URL");
            return ExitCodes.OK;
        }
        Table table = Table.of("current", "name", "server", "actor");
        new TreeMap<>(all.contexts()).forEach((name, context) -> {
            String actor = context.actor();
            table.row(name.equals(all.current()) ? "*" : "", name, context.server(), actor == null ? "-" : actor);
        });
        table.print(terminal);
        return ExitCodes.OK;
    }

    @Command(name = "set", description = "Name a planner, or give it another address. The first one is chosen at once.")
    int set(
            @Parameters(paramLabel = "NAME", description = "Its name") String name,
            @Option(names = "--server", required = true, paramLabel = "URL", description = "Its address") String server,
            @Option(names = "--actor", paramLabel = "NAME", description = "As whom, of those in --token-file") @Nullable
                    String actor,
            @Option(
                            names = "--token-file",
                            paramLabel = "FILE",
                            description = "The tokens it knows people by, a line NAME TOKEN each")
                    @Nullable
                    Path tokenFile,
            @Option(
                            names = "--ca-file",
                            paramLabel = "FILE",
                            description = "The authorities whose certificates are believed of it, PEM")
                    @Nullable
                    Path caFile,
            @Option(names = "--config", paramLabel = "FILE", description = PlannerAddress.CONFIG) @Nullable Path file) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw CliException.usage("'" + name + "' is no name of a context: letters, digits, '.', '_' and '-'");
        }
        PlannerAddress.address(server);
        if (caFile != null) {
            CaFile.trust(caFile);
        }
        Contexts.read(file(file))
                .with(name, new Context(server, actor, absolute(tokenFile), absolute(caFile)))
                .write(file(file));
        terminal.line("context " + name + " is " + server);
        return ExitCodes.OK;
    }

    @Command(name = "use", description = "Choose the one that is meant where none is named.")
    int use(
            @Parameters(paramLabel = "CONTEXT", description = "Its name") String name,
            @Option(names = "--config", paramLabel = "FILE", description = PlannerAddress.CONFIG) @Nullable Path file) {
        Contexts chosen = Contexts.read(file(file)).using(name);
        chosen.write(file(file));
        terminal.line("from now on " + name + ": " + chosen.named(name).server());
        return ExitCodes.OK;
    }

    @Command(name = "delete", description = "Forget one.")
    int delete(
            @Parameters(paramLabel = "CONTEXT", description = "Its name") String name,
            @Option(names = "--config", paramLabel = "FILE", description = PlannerAddress.CONFIG) @Nullable Path file) {
        Contexts.read(file(file)).without(name).write(file(file));
        terminal.line("context " + name + " is forgotten");
        return ExitCodes.OK;
    }

    private static @Nullable String absolute(@Nullable Path file) {
        return file == null ? null : file.toAbsolutePath().toString();
    }

    private static Path file(@Nullable Path given) {
        return given == null ? Contexts.file() : given;
    }
}
