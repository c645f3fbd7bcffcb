package incident

import "varn/internal/kit/code"

// Medium (väg) is how it reached the person.
type Medium string

// The media, as the API promises them.
const (
	SocialMedia    Medium = "SOCIAL_MEDIA"
	Email          Medium = "EMAIL"
	Letter         Medium = "LETTER"
	Phone          Medium = "PHONE"
	Message        Medium = "MESSAGE"
	WebForm        Medium = "WEB_FORM"
	InPerson       Medium = "IN_PERSON"
	DroneCamera    Medium = "DRONE_CAMERA"
	ViaOther       Medium = "VIA_OTHER"
	PosterGraffiti Medium = "POSTER_GRAFFITI"
	OtherMedium    Medium = "OTHER"
)

// Media lists every medium.
func Media() []Medium {
	return []Medium{
		SocialMedia, Email, Letter, Phone, Message, WebForm, InPerson, DroneCamera, ViaOther,
		PosterGraffiti, OtherMedium,
	}
}

// Term is the key of its label.
func (m Medium) Term() string { return code.Term("incident.medium", m) }

// Place (plats) is where it happened.
type Place string

// The places.
const (
	Home              Place = "HOME"
	Neighbourhood     Place = "NEIGHBOURHOOD"
	MunicipalPremises Place = "MUNICIPAL_PREMISES"
	AssemblyRoom      Place = "ASSEMBLY_ROOM"
	SquareCampaignHut Place = "SQUARE_CAMPAIGN_HUT"
	PublicPlace       Place = "PUBLIC_PLACE"
	TravelVehicle     Place = "TRAVEL_VEHICLE"
	OtherWorkplace    Place = "OTHER_WORKPLACE"
	Digital           Place = "DIGITAL"
)

// Places lists every place.
func Places() []Place {
	return []Place{
		Home, Neighbourhood, MunicipalPremises, AssemblyRoom, SquareCampaignHut, PublicPlace,
		TravelVehicle, OtherWorkplace, Digital,
	}
}

// Term is the key of its label.
func (p Place) Term() string { return code.Term("incident.place", p) }

// Context (sammanhang) is what the person was there for; it decides who is responsible.
type Context string

// The contexts.
const (
	MunicipalAssignment Context = "MUNICIPAL_ASSIGNMENT"
	PartyActivity       Context = "PARTY_ACTIVITY"
	Campaign            Context = "CAMPAIGN"
	Employment          Context = "EMPLOYMENT"
	Private             Context = "PRIVATE"
)

// Contexts lists every context.
func Contexts() []Context {
	return []Context{MunicipalAssignment, PartyActivity, Campaign, Employment, Private}
}

// Term is the key of its label.
func (c Context) Term() string { return code.Term("incident.context", c) }
