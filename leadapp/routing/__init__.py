"""Decides who is offered a lead, until when and why. Standard library only: facts and a clock in, a decision out."""
