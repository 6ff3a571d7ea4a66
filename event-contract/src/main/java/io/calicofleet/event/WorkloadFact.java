package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workload of Calico and what would keep it from rolling out.
 *
 * @param object the workload, as kind namespace/name
 * @param images the images of its containers, each once
 * @param obstacles why a changed template would not reach its pods, a sentence each with what to do
 * @param notes what a person should know of it, a sentence each
 * @param onDelete which of the obstacles is that its pods wait for somebody to delete them, which a campaign can accept;
 *     null where they do not
 */
public record WorkloadFact(
        String object,
        List<String> images,
        List<String> obstacles,
        List<String> notes,
        @Nullable String onDelete) {

    public WorkloadFact {
        requireNonNull(object, "object");
        images = Copies.list(images);
        obstacles = Lines.few(obstacles);
        notes = Lines.few(notes);
    }
}
