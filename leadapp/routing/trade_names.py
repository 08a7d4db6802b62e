"""What trades and the work in them are called, in English and Spanish, as data: the preferred name, then the others."""

#: Trades and what is done in them. Only what is truly the same: a boiler is no water heater, a roof leak no leak.
TRADES = """
air conditioning: ac, a c, aircon, air con, air conditioner, air conditioners, aire acondicionado, aires acondicionados
heating cooling: hvac, heating ventilation air conditioning, heating air conditioning, heating air
heating: calefaccion
water heater: hot water heater, hot water tank, calentador de agua, calentadores de agua
plumbing: plumber, plumbing service, plomeria, plomero, fontaneria, fontanero, servicio de plomeria
electrical: electrician, electric, electrical service, electricista, electricidad
roofing: roofer, roof, techado, techador, tejado, tejados
locksmith: locksmithing, locksmith service, cerrajero, cerrajeria
pest control: exterminator, extermination, pest management, control de plagas
drain: desague, drenaje
sewer: alcantarillado
septic tank: fosa septica
toilet: inodoro
leak: fuga
water leak: fuga de agua, fugas de agua
water damage: dano por agua, danos por agua
gutter: canaleta, canalon, canalones
landscaping: landscaper, paisajismo
gardening: gardener, jardineria, jardinero
cleaning: cleaner, cleaning service, limpieza
house cleaning: home cleaning, limpieza de casa, limpieza de casas, limpieza del hogar
painting: painter, pintura, pintor, pintores
carpentry: carpenter, carpinteria, carpintero
handyman: handy man, handyperson, handymen
garage door: garage doors, puerta de garaje, puertas de garaje
moving: mover, mudanza
appliance repair: reparacion de electrodomesticos
window: ventana
repair: repairing, reparacion, reparaciones
installation: install, installing, instalacion, instalaciones
maintenance: mantenimiento
inspection: inspeccion
emergency: emergencies, emergencia
dental: dentist, dentista
real estate: realty, bienes raices, inmobiliaria
health care: healthcare, healthcare services
information technology: it
nonprofit: non profit, not for profit, sin fines de lucro
"""
