package io.calicofleet.executor.port;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The objects of one kind, kept current by a watch. */
public interface WatchedObjects extends AutoCloseable {

    /**
     * The objects as last heard of; waits for the first list.
     *
     * @throws ClusterException where what was heard is too old to be believed, and once after it was
     */
    List<ObjectNode> objects();

    /** Ends the watch; nobody is told of changes any more. */
    @Override
    void close();
}
