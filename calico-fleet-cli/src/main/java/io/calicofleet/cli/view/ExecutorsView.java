package io.calicofleet.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** When executors were last heard: what a silent one said is not how things are now. */
public final class ExecutorsView {

    private static final int NAMED = 5;

    private final Map<String, JsonNode> executors = new TreeMap<>();

    /** As the planner knows them; nothing where it is of a release that does not tell. */
    public ExecutorsView(FleetClient client) {
        try {
            client.get("/executors")
                    .forEach(node -> executors.put(node.path("executor").asText(), node));
        } catch (RequestRefusedException older) {
            if (older.problem().status() != 404) {
                throw older;
            }
        }
    }

    /** Whether an executor has not been heard for too long. */
    public boolean silent(String executor) {
        return executors.containsKey(executor)
                && executors.get(executor).path("silent").asBoolean();
    }

    /** {@code 12s}: how long ago it was heard; empty where nobody knows. */
    public String age(String executor) {
        JsonNode node = executors.get(executor);
        return node == null
                ? ""
                : Times.shortly(Duration.ofSeconds(node.path("age").asLong()));
    }

    /** A line for each that is silent, and one for the others. */
    public void print(Terminal terminal) {
        List<String> heard = new ArrayList<>();
        executors.forEach((name, node) -> {
            if (silent(name)) {
                terminal.line(terminal.styled(Style.BAD, "executor " + name + " is silent")
                        + ": last heard " + age(name) + " ago; what is shown of its "
                        + node.path("clusters").asInt() + " clusters is from then");
            } else {
                heard.add(name + " " + age(name) + " ago");
            }
        });
        if (!heard.isEmpty()) {
            terminal.line(terminal.styled(
                    Style.DIM,
                    "executors heard: " + String.join(", ", heard.subList(0, Math.min(NAMED, heard.size())))
                            + (heard.size() > NAMED ? " and " + (heard.size() - NAMED) + " more" : "")));
        }
    }
}
