package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.Problem;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.client.ServerUnreachableException;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.CommandLines;
import java.util.function.UnaryOperator;
import picocli.CommandLine;

/** Turns what went wrong into a message and an exit code. */
public final class Failures {

    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;

    private Failures() {}

    /** For picocli: what a command throws. */
    public static CommandLine.IExecutionExceptionHandler handler(Terminal terminal) {
        return (exception, commandLine, parsed) -> switch (exception) {
            case CliException e -> {
                terminal.error(e.text());
                yield e.exitCode();
            }
            case ServerUnreachableException e -> {
                terminal.errorLine(String.valueOf(e.getMessage()));
                terminal.error("Start it with " + CommandLines.called()
                        + " up --kubeconfigs DIR, or name another with --server URL or CALICO_FLEET_SERVER.");
                yield ExitCodes.UNREACHABLE;
            }
            case RequestRefusedException e -> {
                refused(terminal, e.problem(), field -> "");
                yield ExitCodes.USAGE;
            }
            case InterruptedException e -> {
                Thread.currentThread().interrupt();
                yield ExitCodes.FAILED;
            }
            default -> throw exception;
        };
    }

    /** Prints why the server refused. {@code where} says where a field stands, such as {@code file:line}. */
    public static void refused(Terminal terminal, Problem problem, UnaryOperator<String> where) {
        terminal.errorLine(said(problem));
        if (problem.status() == UNAUTHORIZED) {
            terminal.error("Log in (" + CommandLines.called()
                    + " login), name the file with your token (--token-file FILE), or set CALICO_FLEET_TOKEN to it.");
        }
        for (Problem.FieldProblem field : problem.fields()) {
            String place = where.apply(field.field());
            StringBuilder line = new StringBuilder();
            line.append(field.field().isEmpty() ? "" : field.field() + ": ");
            line.append(field.message().equals(problem.detail()) ? "" : field.message());
            if (!field.allowed().isEmpty() && !field.message().contains(field.allowed())) {
                line.append(" (allowed: ").append(field.allowed()).append(')');
            }
            if (!field.suggestion().isEmpty()) {
                line.append(line.isEmpty() ? "" : "; ")
                        .append("did you mean ")
                        .append(field.suggestion())
                        .append('?');
            }
            if (!line.toString().isBlank()) {
                terminal.errorLine("  " + (place.isEmpty() ? "" : place + ": ") + line);
            }
        }
    }

    /** What there is not is said by the detail alone. */
    private static String said(Problem problem) {
        return problem.detail().isEmpty()
                ? problem.title()
                : problem.status() == NOT_FOUND ? problem.detail() : problem.title() + ": " + problem.detail();
    }
}
