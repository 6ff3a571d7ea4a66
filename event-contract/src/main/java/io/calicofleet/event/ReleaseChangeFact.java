package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * Something the target changes for a cluster, by the files of both releases and the objects that are there.
 *
 * @param effect what it does to the cluster
 * @param sentence what; of {@link ChangeEffect#TELLS} as {@code releases diff} says it, of the others with what to do about it
 */
public record ReleaseChangeFact(ChangeEffect effect, String sentence) {

    public ReleaseChangeFact {
        requireNonNull(effect, "effect");
        requireNonNull(sentence, "sentence");
    }
}
