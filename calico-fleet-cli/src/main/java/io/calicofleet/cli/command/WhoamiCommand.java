package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.output.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says as whom the planner knows whoever types. */
@Command(name = "whoami", description = "Show as whom the planner knows you, and what you may do.")
final class WhoamiCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    /** Prints to {@code terminal}. */
    WhoamiCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        JsonNode me = server.client().get("/whoami");
        if (server.output().structured()) {
            server.output().print(terminal, me);
            return ExitCodes.OK;
        }
        String issuer = me.path("issuer").asText("");
        terminal.line(me.path("name").asText()
                + (issuer.isEmpty() ? ", by a token of the planner's own" : ", by a login at " + issuer));
        List<String> groups = texts(me.path("groups"));
        if (!groups.isEmpty()) {
            terminal.line("groups: " + String.join(", ", groups));
        }
        me.path("grants").forEach(grant -> terminal.line(grant.path("role").asText() + " for " + scope(grant)));
        if (me.path("grants").isEmpty()) {
            terminal.line("no role: nothing is shown to you, and you may do nothing");
        }
        return ExitCodes.OK;
    }

    private static String scope(JsonNode grant) {
        List<String> campaigns = texts(grant.path("campaigns"));
        JsonNode clusters = grant.path("clusters");
        List<String> which = texts(clusters.path("names"));
        clusters.path("matchLabels")
                .properties()
                .forEach(label ->
                        which.add(label.getKey() + "=" + label.getValue().asText()));
        return (campaigns.isEmpty() ? "every campaign" : "campaigns " + String.join(", ", campaigns))
                + (which.isEmpty() ? "" : " on clusters " + String.join(", ", which));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
