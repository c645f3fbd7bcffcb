package incident

import "varn/internal/kit/code"

// Situation (situation) is what set it off.
type Situation string

// The situations.
const (
	MediaExposure    Situation = "MEDIA"
	NegativeDecision Situation = "NEGATIVE_DECISION"
	ControlContact   Situation = "CONTROL_CONTACT"
	ControlNoContact Situation = "CONTROL_NO_CONTACT"
	ParentMeeting    Situation = "PARENT_MEETING"
	HomeVisit        Situation = "HOME_VISIT"
	PublicMeeting    Situation = "PUBLIC_MEETING"
	CampaignTime     Situation = "CAMPAIGN"
	SocialMediaPost  Situation = "SOCIAL_MEDIA"
	PrivateLife      Situation = "PRIVATE"
)

// Situations lists every situation.
func Situations() []Situation {
	return []Situation{
		MediaExposure, NegativeDecision, ControlContact, ControlNoContact, ParentMeeting, HomeVisit,
		PublicMeeting, CampaignTime, SocialMediaPost, PrivateLife,
	}
}

// Term is the key of its label.
func (s Situation) Term() string { return code.Term("incident.situation", s) }

// Consequence (följd) is what it has led to for the person concerned.
type Consequence string

// The consequences.
const (
	NoConsequence       Consequence = "NONE"
	Worry               Consequence = "WORRY"
	AvoidedSpeaking     Consequence = "AVOIDED_SPEAKING"
	HesitatedAtDecision Consequence = "HESITATED_AT_DECISION"
	DecisionAffected    Consequence = "DECISION_AFFECTED"
	ChangedHabits       Consequence = "CHANGED_HABITS"
	LessSocialMedia     Consequence = "LESS_SOCIAL_MEDIA"
	ConsideredLeaving   Consequence = "CONSIDERED_LEAVING"
	LeftAssignment      Consequence = "LEFT_ASSIGNMENT"
	SickLeave           Consequence = "SICK_LEAVE"
	RelativesAffected   Consequence = "RELATIVES_AFFECTED"
)

// Consequences lists every consequence.
func Consequences() []Consequence {
	return []Consequence{
		NoConsequence, Worry, AvoidedSpeaking, HesitatedAtDecision, DecisionAffected, ChangedHabits,
		LessSocialMedia, ConsideredLeaving, LeftAssignment, SickLeave, RelativesAffected,
	}
}

// Term is the key of its label.
func (c Consequence) Term() string { return code.Term("incident.consequence", c) }

// Sign (tecken) is a circumstance that makes haste likelier; the reporter ticks it, nothing is
// read out of the text.
type Sign string

// The signs.
const (
	Weapon    Sign = "WEAPON"
	Children  Sign = "CHILDREN"
	HomeKnown Sign = "HOME_KNOWN"
)

// Signs lists every sign.
func Signs() []Sign { return []Sign{Weapon, Children, HomeKnown} }

// Term is the key of its label.
func (s Sign) Term() string { return code.Term("incident.sign", s) }
