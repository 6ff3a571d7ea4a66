package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.output.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** An approval that takes a passkey: a terminal has no authenticator, so it says where the page is that has one, and waits. */
final class SignedOnThePage {

    private static final long LOOK_MILLIS = 500;

    private final Terminal terminal;
    private final ServerOptions server;

    SignedOnThePage(Terminal terminal, ServerOptions server) {
        this.terminal = terminal;
        this.server = server;
    }

    /**
     * What of a campaign waits for an approval of its own.
     *
     * @param digest that of the revision, or of what else is to be approved; null: the wave that waits
     */
    Optional<JsonNode> waiting(String campaign, @Nullable String digest) {
        JsonNode waiting;
        try {
            waiting = server.client().get(path(campaign) + "/approvals");
        } catch (RequestRefusedException e) {
            if (e.problem().status() == 404) { // told where it is approved; an earlier planner has no passkeys
                return Optional.empty();
            }
            throw e;
        }
        return list(waiting)
                .filter(each -> digest == null
                        ? each.path("revision").asText().isEmpty()
                        : List.of(
                                        each.path("revision").asText(),
                                        each.path("digest").asText())
                                .contains(digest))
                .findFirst();
    }

    /**
     * Says where it is signed, and waits until somebody has.
     *
     * @return the exit code
     */
    int await(String campaign, JsonNode waiting, String reason, Duration timeout) throws InterruptedException {
        JsonNode yours = server.client().get("/passkeys");
        String what = campaign + ": the approval of "
                + waiting.path("subject").path("what").asText();
        if (yours.path("origins").isEmpty()) {
            terminal.errorLine(what + " is signed with a passkey, and this planner knows none: whoever runs it sets"
                    + " planner.access.passkeys.");
            return ExitCodes.FAILED;
        }
        String digest = waiting.path("digest").asText();
        String person = yours.path("person").asText();
        terminal.errorLine(what + " is signed with a passkey, and a terminal has none. As " + person + ", open");
        terminal.errorLine("  " + origin(yours.path("origins")) + "/campaigns/" + FleetClient.encode(campaign)
                + "?approve=" + digest + "&reason=" + FleetClient.encode(reason));
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            JsonNode now = server.client().get(path(campaign));
            boolean waits = list(server.client().get(path(campaign) + "/approvals"))
                    .anyMatch(each -> each.path("digest").asText().equals(digest));
            if (waits ? isGiven(now, person, digest) : wasGiven(campaign, person, digest)) {
                if (server.output().structured()) {
                    server.output().print(terminal, now);
                } else {
                    terminal.line(campaign + ": is approved");
                }
                return ExitCodes.OK;
            }
            if (!waits || System.nanoTime() - end >= 0) {
                terminal.errorLine((waits ? "timed out: " : "")
                        + what
                        + (waits ? " still waits: " : " waits no longer: ")
                        + now.path("summary").asText());
                return ExitCodes.FAILED;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** The first with https: away from localhost a browser uses passkeys nowhere else. The first of all where none has. */
    private static String origin(JsonNode origins) {
        return list(origins)
                .map(JsonNode::asText)
                .filter(each -> each.startsWith("https://"))
                .findFirst()
                .orElseGet(() -> origins.get(0).asText());
    }

    /** Whether it is among those of a quorum that is not complete. */
    private static boolean isGiven(JsonNode campaign, String person, String digest) {
        return Stream.concat(
                        list(campaign.path("waves")).flatMap(wave -> list(wave.path("approvals"))),
                        list(campaign.path("revision").path("approvals")))
                .anyMatch(each -> each.path("digest").asText().equals(digest)
                        && each.path("by").asText().equals(person));
    }

    /** What does not wait is no longer in the status: the report has who approved it. */
    private boolean wasGiven(String campaign, String person, String digest) {
        return list(server.client().get(path(campaign) + "/report").path("events"))
                .anyMatch(event -> event.path("data").path("subject").asText().equals(digest)
                        && event.path("actor").asText().equals(person)
                        && event.path("refused").asText().isEmpty());
    }

    private static Stream<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static String path(String campaign) {
        return "/campaigns/" + FleetClient.encode(campaign);
    }
}
