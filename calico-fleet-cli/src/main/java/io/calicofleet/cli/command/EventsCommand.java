package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.EventStream;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.StreamItem;
import io.calicofleet.cli.output.OutputFormat;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.EventLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the events, as they are on Kafka. */
@Command(name = "events", description = "Show the events so far; with --follow also those to come.")
public final class EventsCommand implements Callable<Integer> {

    /** Events so far come at once; where none comes for so long, that was all of them. */
    private static final Duration SILENCE = Duration.ofMillis(1500);

    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration FOREVER = Duration.ofDays(1);

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(names = "--follow", description = "Go on with the events to come, until Ctrl-C")
    private boolean follow;

    @Option(names = "--campaign", paramLabel = "NAME", description = "Only of this campaign")
    private @Nullable String campaign;

    @Option(names = "--cluster", paramLabel = "ID", description = "Only of this cluster")
    private @Nullable String cluster;

    @Option(names = "--type", paramLabel = "TYPE", description = "Only of this type, such as step.judged")
    private @Nullable String type;

    /** Prints to {@code terminal}. */
    public EventsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        FleetClient client = server.client();
        client.get("/campaigns"); // says at once where there is no server
        boolean any = false;
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        try (EventStream stream = EventStream.open(client, query())) {
            boolean open = true;
            Duration patience = follow ? FOREVER : FIRST;
            while (open) {
                Optional<StreamItem> next = stream.poll(patience);
                any |= next.isPresent() && next.get() instanceof StreamItem.Message;
                open = next.isPresent() && show(next.get(), all);
                patience = follow ? FOREVER : SILENCE;
            }
        }
        if (!any) {
            refuseUnknown(client);
        }
        if (!follow && server.output().structured()) {
            server.output().print(terminal, all);
        }
        return ExitCodes.OK;
    }

    /** Of what was deleted events may be kept; where there are none of a name, it is more likely mistyped than quiet. */
    private void refuseUnknown(FleetClient client) {
        if (campaign != null) {
            client.get("/campaigns/" + FleetClient.encode(campaign));
        }
        if (cluster != null) {
            client.get("/clusters/" + FleetClient.encode(cluster));
        }
    }

    /** Returns whether there may be more. */
    private boolean show(StreamItem item, ArrayNode all) {
        switch (item) {
            case StreamItem.Message message -> print(message, all);
            case StreamItem.Lost lost -> {
                if (!follow) {
                    return false;
                }
                terminal.error(lost.reason() + "; trying again");
            }
            case StreamItem.Refused refused -> throw refused.why();
            case StreamItem.Connected connected -> {}
        }
        return true;
    }

    private void print(StreamItem.Message message, ArrayNode all) {
        if (!server.output().structured()) {
            terminal.line(EventLine.of(message));
        } else if (follow && server.output() == OutputFormat.JSON) {
            terminal.line(message.data().toString());
        } else if (follow) {
            terminal.line("---");
            server.output().print(terminal, message.data());
        } else {
            all.add(message.data());
        }
    }

    private String query() {
        List<String> query = new ArrayList<>();
        add(query, "campaign", campaign);
        add(query, "cluster", cluster);
        add(query, "type", type);
        query.add("from=beginning");
        return String.join("&", query);
    }

    private static void add(List<String> query, String name, @Nullable String value) {
        if (value != null) {
            query.add(name + "=" + FleetClient.encode(value));
        }
    }
}
