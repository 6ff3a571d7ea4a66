package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.ApprovalSubject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Something that waits for an approval.
 *
 * @param subject what it would be of
 * @param digest of that; what a passkey signs
 */
@Schema(name = "WaitingApproval", description = "What an approval that is waited for would be of.")
public record WaitingApproval(ApprovalSubject subject, String digest) {}
