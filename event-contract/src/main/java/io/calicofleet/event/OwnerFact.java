package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Somebody else who keeps objects of the install, and would put back what an upgrade changes.
 *
 * @param owner the name by which a campaign accepts it, such as argo-cd; the table of owners has them all
 * @param title what it is called, such as Argo CD
 * @param evidence what it was recognised by
 * @param objects the objects it keeps, the first of them by name
 * @param moreObjects how many more it keeps
 * @param effect what it does to a change that is not its own
 * @param advice what to do about it
 * @param acceptable whether a campaign may accept it; where not, its clusters are refused
 */
public record OwnerFact(
        String owner,
        String title,
        List<String> evidence,
        List<String> objects,
        int moreObjects,
        String effect,
        String advice,
        boolean acceptable) {

    public OwnerFact {
        requireNonNull(owner, "owner");
        requireNonNull(title, "title");
        evidence = Lines.few(evidence);
        objects = Lines.few(objects);
        requireNonNull(effect, "effect");
        requireNonNull(advice, "advice");
    }
}
