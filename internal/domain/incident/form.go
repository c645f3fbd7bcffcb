package incident

import "varn/internal/kit/code"

// Form (påverkansform) is what kind of undue influence it was. Nobody is asked for a crime:
// the police decide that.
type Form string

// The forms, in the order of a form.
const (
	Harassment      Form = "HARASSMENT"
	Threat          Form = "THREAT"
	Violence        Form = "VIOLENCE"
	Vandalism       Form = "VANDALISM"
	Theft           Form = "THEFT"
	CorruptionOffer Form = "CORRUPTION_OFFER"
	Nepotism        Form = "NEPOTISM"
	SocialPressure  Form = "SOCIAL_PRESSURE"
	Infiltration    Form = "INFILTRATION"
	Disinformation  Form = "DISINFORMATION"
	OtherForm       Form = "OTHER"
)

// Forms lists every form.
func Forms() []Form {
	return []Form{
		Harassment, Threat, Violence, Vandalism, Theft, CorruptionOffer, Nepotism, SocialPressure,
		Infiltration, Disinformation, OtherForm,
	}
}

// Term is the key of its label.
func (f Form) Term() string { return code.Term("incident.form", f) }

// HarassmentSubtype (slag av trakasseri) says more closely what happened.
type HarassmentSubtype string

// The kinds of harassment.
const (
	BySocialMedia     HarassmentSubtype = "SOCIAL_MEDIA_ATTACK"
	ByEmail           HarassmentSubtype = "EMAIL"
	ByLetter          HarassmentSubtype = "LETTER"
	ByTextMessage     HarassmentSubtype = "TEXT_MESSAGE"
	ByPhoneCall       HarassmentSubtype = "PHONE_CALL"
	FaceToFace        HarassmentSubtype = "FACE_TO_FACE"
	Exposed           HarassmentSubtype = "DOXXING"
	Rumours           HarassmentSubtype = "RUMOURS"
	IdentityMisuse    HarassmentSubtype = "IDENTITY_MISUSE"
	OrdersInName      HarassmentSubtype = "ORDERS_IN_NAME"
	Followed          HarassmentSubtype = "FOLLOWED"
	Filmed            HarassmentSubtype = "FILMED"
	UnwantedGifts     HarassmentSubtype = "UNWANTED_GIFTS"
	SexualHarassment  HarassmentSubtype = "SEXUAL"
	RequestFlood      HarassmentSubtype = "REQUEST_FLOOD"
	ThreatToRelative  HarassmentSubtype = "THREAT_TO_RELATIVE"
	ThreatOfComplaint HarassmentSubtype = "THREAT_OF_COMPLAINT"
	Veiled            HarassmentSubtype = "VEILED"
)

// Subtypes lists every kind of harassment.
func Subtypes() []HarassmentSubtype {
	return []HarassmentSubtype{
		BySocialMedia, ByEmail, ByLetter, ByTextMessage, ByPhoneCall, FaceToFace, Exposed, Rumours,
		IdentityMisuse, OrdersInName, Followed, Filmed, UnwantedGifts, SexualHarassment,
		RequestFlood, ThreatToRelative, ThreatOfComplaint, Veiled,
	}
}

// Term is the key of its label.
func (s HarassmentSubtype) Term() string { return code.Term("incident.subtype", s) }
