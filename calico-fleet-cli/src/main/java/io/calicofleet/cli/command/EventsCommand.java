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
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the events, as they are on Kafka. */
@Command(name = "events", description = "Show the events so far; with --follow also those to come.")
public final class EventsCommand implements Callable<Integer> {

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
        if (follow) {
            follow(client);
        } else {
            soFar(client);
        }
        return ExitCodes.OK;
    }

    private void soFar(FleetClient client) throws InterruptedException {
        AtomicBoolean any = new AtomicBoolean();
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        EventStream.soFar(client, String.join("&", query()), message -> {
            any.set(true);
            if (server.output().structured()) {
                all.add(message.data());
            } else {
                terminal.line(EventLine.of(message));
            }
        });
        if (!any.get()) {
            refuseUnknown(client);
        }
        if (server.output().structured()) {
            server.output().print(terminal, all);
        }
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

    /** Ends by Ctrl-C, or where the server refuses. */
    private void follow(FleetClient client) throws InterruptedException {
        List<String> query = query();
        query.add("from=beginning");
        try (EventStream stream = EventStream.open(client, String.join("&", query))) {
            while (true) {
                stream.poll(FOREVER).ifPresent(this::show);
            }
        }
    }

    private void show(StreamItem item) {
        switch (item) {
            case StreamItem.Message message -> print(message);
            case StreamItem.Lost lost -> terminal.error(lost.reason() + "; trying again");
            case StreamItem.Refused refused -> throw refused.why();
            case StreamItem.Connected connected -> {}
            case StreamItem.Complete complete -> {}
        }
    }

    private void print(StreamItem.Message message) {
        if (!server.output().structured()) {
            terminal.line(EventLine.of(message));
        } else if (server.output() == OutputFormat.JSON) {
            terminal.line(message.data().toString());
        } else {
            terminal.line("---");
            server.output().print(terminal, message.data());
        }
    }

    private List<String> query() {
        List<String> query = new ArrayList<>();
        add(query, "campaign", campaign);
        add(query, "cluster", cluster);
        add(query, "type", type);
        return query;
    }

    private static void add(List<String> query, String name, @Nullable String value) {
        if (value != null) {
            query.add(name + "=" + FleetClient.encode(value));
        }
    }
}
