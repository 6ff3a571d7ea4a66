package io.calicofleet.model.felix.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What every resource has besides its spec. */
public final class Metadata {

    private Metadata() {}

    /** What of it cannot be read, so that the whole resource is not; none: it is all read. */
    public static List<String> problems(JsonNode object) {
        List<String> problems = new ArrayList<>();
        Fields.of(object, problems).metadata();
        return List.copyOf(problems);
    }
}
