/**
 * Decides: {@link io.calicofleet.planner.core.PlannerCore} takes the state of one campaign and one input and says what the
 * state is now and what is to be done about it. Pure: no clock, no randomness, no I/O, no framework.
 *
 * <p>What a shell around it has to do:
 * <ol>
 *   <li>Keep one {@link io.calicofleet.planner.core.campaign.CampaignState} per campaign in memory; null is a campaign that
 *       does not exist. To survive a restart, store after each {@link io.calicofleet.planner.core.Decision} the header (where
 *       {@code headerChanged}) and each of {@code changedClusters}, in one transaction with the effects; build it again with
 *       {@code CampaignState.of(header, clusters)}.
 *   <li>Feed it every command, progress, verdict and answer of the campaign in the order of its partition, and a {@code Tick} every
 *       second or so; their {@code at} is the shell's own: what its clock shows, and how long planners have worked, by which
 *       soaks and patience are measured.
 *   <li>Give a snapshot of the fleet with {@code CampaignCreated}.
 *   <li>Bring each {@code CallClaim} to {@link io.calicofleet.planner.core.claim.ClaimCore}, which decides for its cluster, and
 *       each of its answers back to its campaign. What a campaign says of one cluster stays in order, and so does what it is answered.
 *   <li>Carry out the effects in their order. The id of a request is {@code EventIds.requested}; the actor of the command,
 *       if any, goes with each effect.
 * </ol>
 */
@NullMarked
package io.calicofleet.planner.core;

import org.jspecify.annotations.NullMarked;
