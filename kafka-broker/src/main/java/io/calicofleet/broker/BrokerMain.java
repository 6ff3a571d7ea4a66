package io.calicofleet.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs a broker as a process of its own until the process is asked to stop. Arguments: the directory of its data, the
 * port it listens on (0: any free one), {@code for-faults} where processes and clocks are to be broken, and for clients that reach
 * it through something else {@code LISTENS:TOLD} each, the port it listens on and the one they are told to connect to. Prints
 * {@code broker HOST:PORT} when it accepts connections.
 */
public final class BrokerMain {

    private static final String FOR_FAULTS = "for-faults";

    private BrokerMain() {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length < 2) {
            System.err.println("expected: DIRECTORY PORT [for-faults] [LISTENS:TOLD...]");
            System.exit(2);
        }
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %3$s %5$s%6$s%n");
        Logger.getLogger("").setLevel(Level.WARNING);
        Map<Integer, Integer> behind = new TreeMap<>();
        boolean forFaults = arguments.length > 2 && arguments[2].equals(FOR_FAULTS);
        for (int i = forFaults ? 3 : 2; i < arguments.length; i++) {
            int colon = arguments[i].indexOf(':');
            behind.put(
                    Integer.parseInt(arguments[i], 0, colon, 10),
                    Integer.parseInt(arguments[i], colon + 1, arguments[i].length(), 10));
        }
        KafkaBroker broker =
                KafkaBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]), behind, forFaults);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            broker.close();
                            stopped.countDown();
                        },
                        "stop-broker"));
        System.out.println("broker " + broker.bootstrapServers());
        stopped.await();
    }
}
