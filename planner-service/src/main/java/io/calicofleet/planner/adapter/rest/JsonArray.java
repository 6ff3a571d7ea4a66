package io.calicofleet.planner.adapter.rest;

import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;

/** Documents that are JSON already, written as one array. */
record JsonArray(Collection<byte[]> documents) implements StreamingOutput {

    @Override
    public void write(OutputStream output) throws IOException {
        char before = '[';
        for (byte[] document : documents) {
            output.write(before);
            output.write(document);
            before = ',';
        }
        if (before == '[') {
            output.write('[');
        }
        output.write(']');
    }
}
