package io.calicofleet.integrations.adapter.chat;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** A chat that is told what happens. */
public interface ChatIntegration extends AutoCloseable {

    /** Begins; comes back at once. */
    void start(Admin admin) throws ExecutionException, InterruptedException;

    /** What does not work at this moment, and why; empty: all does. */
    String trouble();

    @Override
    void close();
}
