package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.client.ServerUnreachableException;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.Procedure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What the scripts of {@code completion} ask: what can come next. A line each, with a tab before what it is; the last line says by a
 * number whether files can come ({@code :0}) or not ({@code :4}), as the programs that kubectl asks answer.
 */
@Command(name = "__complete", hidden = true, preprocessor = CompleteCommand.AsTyped.class)
final class CompleteCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMillis(800);
    private static final int MOST = 500;

    @CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    private final List<String> words = new ArrayList<>();

    /** Prints to {@code terminal}. */
    CompleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Completion next =
                Completion.of(spec.root().commandLine(), words.isEmpty() ? List.of("") : words, CompleteCommand::names);
        next.words().forEach((word, meaning) -> terminal.line(meaning.isEmpty() ? word : word + "\t" + meaning));
        terminal.line(next.files() ? ":0" : ":4");
        return ExitCodes.OK;
    }

    /** Nobody waits for a server that does not answer, and what goes wrong is not for somebody who presses a key. */
    private static Map<String, String> names(String kind, Map<String, String> options) {
        try {
            return kind.equals("context") ? contexts(options) : served(kind, options);
        } catch (CliException | ServerUnreachableException | RequestRefusedException expected) {
            return Map.of();
        }
    }

    private static Map<String, String> contexts(Map<String, String> options) {
        String file = options.get("--config");
        Map<String, String> names = new TreeMap<>();
        Contexts.read(file == null ? Contexts.file() : Path.of(file))
                .contexts()
                .forEach((name, context) -> names.put(name, context.server()));
        return names;
    }

    private static Map<String, String> served(String kind, Map<String, String> options) {
        FleetClient client = PlannerAddress.of(options).client().within(PATIENCE);
        String campaign = options.getOrDefault("--campaign", "");
        String id = kind.equals("campaign") || kind.equals("plan") ? "campaign" : "cluster";
        String path = switch (kind) {
            case "campaign" -> "/campaigns?fields=campaign,summary";
            case "plan" -> "/campaigns?fields=campaign,summary,spec";
            case "member" -> "/campaigns/" + FleetClient.encode(campaign) + "/clusters?fields=cluster,summary";
            default -> "/clusters?fields=cluster,summary";
        };
        Map<String, String> names = new LinkedHashMap<>();
        for (JsonNode each : client.get(path + "&limit=" + MOST)) {
            if (!kind.equals("plan") || each.at("/spec/procedure").asText().equals(Procedure.PLAN.encode())) {
                names.put(each.path(id).asText(), each.path("summary").asText());
            }
        }
        return names;
    }

    /** Takes the words as they are: they are not ours to obey, {@code --} and {@code --help} neither. */
    static final class AsTyped implements IParameterPreprocessor {
        @Override
        public boolean preprocess(
                Stack<String> words, CommandSpec command, @Nullable ArgSpec argument, Map<String, Object> info) {
            CompleteCommand asked = (CompleteCommand) command.userObject();
            while (!words.isEmpty()) {
                asked.words.add(words.pop());
            }
            return true;
        }
    }
}
