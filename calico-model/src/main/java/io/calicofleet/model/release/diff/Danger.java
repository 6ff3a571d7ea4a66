package io.calicofleet.model.release.diff;

import static java.util.Objects.requireNonNull;

/**
 * What is dangerous of a release for one cluster.
 *
 * @param blocks whether the upgrade would lose something, be refused half way, or leave Calico without what it needs; else
 *     it goes on, and may behave otherwise
 * @param sentence what, and what to do about it, for people
 */
public record Danger(boolean blocks, String sentence) {

    public Danger {
        requireNonNull(sentence, "sentence");
    }
}
